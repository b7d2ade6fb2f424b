use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

const KEY: &str = "skCANARY13370123456789abcdef0123456789abcdef";

async fn read(source: &KeySource) -> Result<String, String> {
    let variable = |name: &str| match name {
        "GOOD" => Some(OsString::from(KEY)),
        "BAD" => Some(OsString::from(format!("{KEY} "))),
        "EMPTY" => Some(OsString::from("")),
        _ => None,
    };
    let read = source.read_with(variable, Duration::from_millis(500)).await;
    read.map(|secret| secret.expose().to_owned()).map_err(|error| error.to_string())
}

fn command(argv: &[&str]) -> KeySource {
    KeySource::Command(argv.iter().map(|&word| word.to_owned()).collect())
}

#[tokio::test]
async fn from_the_environment() {
    let env = |name: &str| KeySource::Env(name.into());
    assert_eq!(read(&env("GOOD")).await, Ok(KEY.into()));
    for name in ["NONE", "EMPTY"] {
        let error = read(&env(name)).await.expect_err(name);
        assert_eq!(error, format!("the environment variable {name} is not set; set it to the key"));
    }
    let error = read(&env("BAD")).await.expect_err("a space at the end");
    assert_eq!(
        error,
        "what the environment variable BAD gives is no key of Files.com: character 45 of 45 is neither a letter nor a \
         digit"
    );
}

#[tokio::test]
async fn from_a_file_of_one_owner() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("it's the key");
    let write = |text: &str, mode: u32| {
        std::fs::write(&file, text).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("mode set");
    };
    let source = KeySource::File(file.clone());

    for (text, mode) in [(format!("{KEY}\n"), 0o600), (format!("{KEY}\r\n"), 0o400), (KEY.into(), 0o700)] {
        write(&text, mode);
        assert_eq!(read(&source).await, Ok(KEY.into()), "{mode:o}");
        std::fs::remove_file(&file).expect("removed");
    }
    for mode in [0o644, 0o640, 0o604, 0o660, 0o620] {
        write(KEY, mode);
        let error = read(&source).await.expect_err("others can read it");
        let quoted = format!("'{}/it'\\''s the key'", folder.path().display());
        assert_eq!(
            error,
            format!("others can read the key file {} (mode {mode:04o}); run: chmod 600 {quoted}", file.display())
        );
    }

    let cases = [("", "it is empty"), ("\n", "it is empty"), ("one two", "character 4 of 7")];
    for (text, expected) in cases {
        write(text, 0o600);
        let error = read(&source).await.expect_err(text);
        assert!(error.contains(expected), "{error}");
    }
    write(&format!("{KEY}\n{KEY}"), 0o600);
    assert!(read(&source).await.is_err_and(|error| !error.contains("CANARY")));
    write(&"a".repeat(5_000), 0o600);
    assert!(read(&source).await.is_err_and(|error| error.contains("over 4096 bytes")));

    let link = folder.path().join("link");
    symlink(&file, &link).expect("linked");
    let error = read(&KeySource::File(link)).await.expect_err("a link");
    assert!(error.contains("is a symbolic link"), "{error}");
    let error = read(&KeySource::File(folder.path().to_owned())).await.expect_err("a folder");
    assert!(error.contains("is not a plain file"), "{error}");
    let error = read(&KeySource::File(folder.path().join("none"))).await.expect_err("no file");
    assert!(error.contains("No such file"), "{error}");
}

#[tokio::test]
async fn a_file_of_somebody_else() {
    let error = read(&KeySource::File("/etc/hostname".into())).await.expect_err("readable by all");
    let me = rustix::process::geteuid().as_raw();
    let expected = if me == 0 { "others can read".to_owned() } else { format!("not to you ({me})") };
    assert!(error.contains(&expected), "{error}");
}

#[tokio::test]
async fn from_a_command() {
    assert_eq!(read(&command(&["echo", KEY])).await, Ok(KEY.into()));
    assert_eq!(read(&command(&["printf", KEY])).await, Ok(KEY.into()));
    // No shell: the words stay words.
    let error = read(&command(&["echo", "$HOME"])).await.expect_err("not expanded");
    assert!(error.contains("character 1 of 5"), "{error}");

    let cases: [(&[&str], &str); 6] = [
        (&["sh", "-c", "printf 'locked \\033[2J' >&2; exit 3"], "ended with exit code 3: locked ␛[2J"),
        (&["sh", "-c", "kill -9 $$"], "was ended by a signal"),
        (&["true"], "it is empty"),
        (&["head", "-c", "9999", "/dev/zero"], "over 4096 bytes"),
        (&["/no/such/program"], "the key command /no/such/program cannot be started"),
        (&["sleep", "20"], "did not finish within 0.5 s"),
    ];
    for (argv, expected) in cases {
        let error = read(&command(argv)).await.expect_err(expected);
        assert!(error.contains(expected), "{argv:?}: {error}");
    }
}

#[tokio::test]
async fn a_command_does_not_leak_the_key() {
    let script = format!("echo {KEY}; echo 'key is {KEY}' >&2; exit 1");
    let error = read(&command(&["sh", "-c", &script])).await.expect_err("exit 1");
    assert_eq!(error, "the key command sh ended with exit code 1: key is ***");
    let origin = command(&["pass", "--secret", KEY]).origin().to_string();
    assert_eq!(origin, "the command pass");
}

#[tokio::test]
async fn what_a_command_started_ends_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    // The pipe ends when the last process that holds it has ended.
    let held = pipe.clone();
    let reader = tokio::task::spawn_blocking(move || std::fs::read(held));
    let script = format!("sleep 1000 > '{}' & sleep 20", pipe.display());
    let key = command(&["sh", "-c", &script]);
    assert!(read(&key).await.is_err_and(|error| error.contains("did not finish")));
    let ended = tokio::time::timeout(Duration::from_secs(10), reader).await;
    assert!(ended.is_ok(), "the sleeping process lives on");
}
