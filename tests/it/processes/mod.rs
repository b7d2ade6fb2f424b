//! Several processes at once: a backend, collectors that are killed, one store.
