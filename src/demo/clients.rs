//! Who calls: some 600 integrations, service accounts and people, each with a place, a program,
//! a key, and habits. Use is skewed: a few do most.

use super::api::{ENDPOINTS, endpoint_number};
use super::draw::{Draw, Weighted, seed_of};
use super::habits::Habit;
use super::names::{
    BACKUP, BROKEN_SDK, BROWSERS, COMPANY_HEADS, COMPANY_TAILS, DAV_AGENTS, DESKTOP_AGENTS, FIRST_NAMES, HOSTS,
    LAST_NAMES, MACHINE_AGENTS, MOBILE_AGENTS, MONITOR, NAMED, OFFICE_AGENTS, SERVICES, SFTP_AGENTS, STAGES,
};

const COMPANIES: usize = 66;
const SERVICE_ACCOUNTS: usize = 96;
const PEOPLE: usize = 420;
const ADMINISTRATORS: usize = 4;

/// One way in which somebody calls.
#[derive(Debug, Clone, Copy)]
pub struct Channel {
    /// The vendor's word for it, `interface`.
    pub interface: &'static str,
    /// The program, where it names itself.
    pub agent: Option<&'static str>,
    /// What is done that way.
    pub habit: Habit,
    /// Whether a key is used instead of a session or a password.
    pub uses_key: bool,
}

impl Channel {
    /// A way in with a key.
    fn keyed(interface: &'static str, agent: &'static str, habit: Habit) -> Self {
        Self { interface, agent: Some(agent), habit, uses_key: true }
    }

    /// A way in with a session or a password.
    fn personal(interface: &'static str, agent: &'static str, habit: Habit) -> Self {
        Self { interface, agent: Some(agent), habit, uses_key: false }
    }
}

/// Somebody who calls.
#[derive(Debug)]
pub struct Client {
    /// The name in the log.
    pub username: String,
    /// The user's number.
    pub user_id: u64,
    /// The key's number.
    pub key_id: u64,
    /// The key's first characters.
    pub key_prefix: String,
    /// Few and stable; the first is the usual one.
    pub addresses: Vec<String>,
    /// The ways in; the first is the usual one.
    pub channels: Vec<Channel>,
    /// The host that is called.
    pub host: &'static str,
    /// A folder of their own.
    pub home: String,
    /// Whether the user belongs to a parent site.
    pub from_parent_site: bool,
    /// How often calls fail, compared with others.
    pub sloppiness: f64,
}

impl Client {
    /// Whether the calls are made with the release that a deploy breaks.
    pub fn has_broken_sdk(&self) -> bool {
        self.channels[0].agent == Some(BROKEN_SDK)
    }
}

/// All who call.
#[derive(Debug)]
pub struct Clients {
    all: Vec<Client>,
    machines: Weighted,
    /// People follow the machines in `all`.
    people: Weighted,
    people_from: usize,
    calls: Vec<(Weighted, Vec<u8>)>,
}

impl Clients {
    /// The callers of a seed.
    pub fn new(seed: u64) -> Self {
        let mut all: Vec<Client> = Vec::with_capacity(NAMED.len() + COMPANIES + SERVICE_ACCOUNTS + PEOPLE + 1);
        let mut numbers = Numbers::new(seed);
        for named in NAMED {
            let channel = Channel::keyed(interface_of(named.habit), named.agent, named.habit);
            let addresses = named.addresses.iter().map(ToString::to_string).collect();
            all.push(numbers.client(named.name.to_owned(), addresses, vec![channel]));
        }
        let watch = Channel::keyed("restapi", "acme-monitor/2.3", Habit::Reports);
        all.push(numbers.client(MONITOR.to_owned(), vec!["10.2.0.9".into()], vec![watch]));
        for number in 0..COMPANIES {
            all.push(company(&mut numbers, number));
        }
        all.extend((0..SERVICE_ACCOUNTS).map(|_| service_account(&mut numbers)));
        let people_from = all.len();
        for number in 0..PEOPLE {
            all.push(person(&mut numbers, number));
        }
        let machine_weights: Vec<f64> = all[..people_from]
            .iter()
            .enumerate()
            .map(|(rank, client)| match client.username.as_str() {
                // The timetable calls for these two.
                MONITOR | BACKUP => 0.0,
                _ => zipf(rank, 1.5, 1.1),
            })
            .collect();
        let people_weights: Vec<f64> = (0..PEOPLE).map(|rank| zipf(rank, 4.0, 0.85)).collect();
        Self {
            machines: Weighted::new(&machine_weights),
            people: Weighted::new(&people_weights),
            people_from,
            calls: Habit::ALL.iter().map(|habit| calls_of(*habit)).collect(),
            all,
        }
    }

    /// One of them by number.
    #[inline]
    pub fn get(&self, number: u16) -> &Client {
        &self.all[usize::from(number)]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The number of a name.
    pub fn number(&self, username: &str) -> Option<u16> {
        self.all.iter().position(|client| client.username == username).map(|place| place as u16)
    }

    /// The numbers of those of whom something is true.
    pub fn numbers(&self, is_meant: impl Fn(&Client) -> bool) -> Vec<u16> {
        (0..self.all.len()).filter(|place| is_meant(&self.all[*place])).map(|place| place as u16).collect()
    }

    /// Draws an integration or a service account.
    #[inline]
    pub fn machine(&self, draw: &mut Draw) -> u16 {
        self.machines.draw(draw) as u16
    }

    /// Draws a person.
    #[inline]
    pub fn person(&self, draw: &mut Draw) -> u16 {
        (self.people_from + self.people.draw(draw)) as u16
    }

    /// Draws an administrator, who is a person.
    pub fn administrator(&self, draw: &mut Draw) -> u16 {
        (self.people_from + draw.below(ADMINISTRATORS as u64) as usize) as u16
    }

    /// Draws what is called by habit: an endpoint's number.
    #[inline]
    pub fn call(&self, habit: Habit, draw: &mut Draw) -> u8 {
        let (weights, endpoints) = &self.calls[habit as usize];
        endpoints[weights.draw(draw)]
    }
}

fn zipf(rank: usize, shift: f64, power: f64) -> f64 {
    (rank as f64 + shift).powf(-power)
}

fn calls_of(habit: Habit) -> (Weighted, Vec<u8>) {
    let weights: Vec<f64> = habit.calls().iter().map(|(_, weight)| f64::from(*weight)).collect();
    let endpoints = habit
        .calls()
        .iter()
        .map(|(name, _)| endpoint_number(name).expect("a test calls every endpoint that habits name"))
        .collect();
    (Weighted::new(&weights), endpoints)
}

fn interface_of(habit: Habit) -> &'static str {
    match habit {
        Habit::Provisions => "scim",
        Habit::Automates => "robot",
        _ => "restapi",
    }
}

/// Gives out numbers and keys, each once.
struct Numbers {
    draw: Draw,
    user: u64,
    key: u64,
    taken: std::collections::HashSet<String>,
}

impl Numbers {
    fn new(seed: u64) -> Self {
        Self {
            draw: Draw::new(seed_of(&[seed, 0xc1])),
            user: 1_000,
            key: 9_200,
            taken: std::collections::HashSet::new(),
        }
    }

    fn client(&mut self, username: String, addresses: Vec<String>, channels: Vec<Channel>) -> Client {
        self.user += self.draw.between(3, 19);
        self.key += self.draw.between(2, 31);
        let key_prefix = (0..4).map(|_| char::from(*self.draw.pick(b"abcdef0123456789"))).collect();
        let slug: String = username
            .chars()
            .map(|c| match c {
                'ø' => 'o',
                _ if c.is_ascii_alphanumeric() || c == '.' => c.to_ascii_lowercase(),
                _ => '-',
            })
            .collect();
        let habit = channels[0].habit;
        let host = match habit {
            Habit::Sells | Habit::Trades | Habit::Stocks => HOSTS[1],
            _ if self.draw.chance(0.12) => HOSTS[2],
            _ => HOSTS[0],
        };
        let home = if channels[0].uses_key {
            format!("partners/{slug}/{}", self.draw.pick(&["inbox", "outbox", "export"]))
        } else {
            format!("home/{slug}")
        };
        let sloppiness = (0.45 * self.draw.normal()).exp().min(3.0) * 0.9;
        let from_parent_site = self.draw.chance(0.05);
        self.taken.insert(username.clone());
        Client {
            username,
            user_id: self.user,
            key_id: self.key,
            key_prefix,
            addresses,
            channels,
            host,
            home,
            from_parent_site,
            sloppiness,
        }
    }

    /// The first of several names that is free.
    fn free_name(&mut self, name: impl Fn(&mut Draw) -> String) -> String {
        let mut candidate = name(&mut self.draw);
        let mut attempt = 1;
        while self.taken.contains(&candidate) {
            attempt += 1;
            candidate = name(&mut self.draw);
            // Where all are taken, numbers make more of them.
            if attempt > 40 {
                candidate = format!("{candidate}-{attempt}");
            }
        }
        candidate
    }
}

fn company(numbers: &mut Numbers, number: usize) -> Client {
    let username = numbers.free_name(|draw| format!("{} {}", draw.pick(COMPANY_HEADS), draw.pick(COMPANY_TAILS)));
    let draw = &mut numbers.draw;
    let habit = *draw.pick_weighted(&[
        (Habit::Trades, 34),
        (Habit::Transfers, 34),
        (Habit::Stocks, 8),
        (Habit::Loads, 10),
        (Habit::Reports, 8),
        (Habit::Automates, 4),
    ]);
    let by_protocol = habit == Habit::Transfers && draw.chance(0.45);
    let channel = match by_protocol {
        // FTP has no word for the program.
        true if draw.chance(0.25) => Channel { interface: "ftp", agent: None, habit, uses_key: false },
        true => Channel::personal("sftp", one_of(SFTP_AGENTS, draw), habit),
        false if habit == Habit::Transfers && number.is_multiple_of(2) => {
            Channel::keyed(interface_of(habit), BROKEN_SDK, habit)
        }
        false => Channel::keyed(interface_of(habit), one_of(MACHINE_AGENTS, draw), habit),
    };
    let addresses = public_addresses(draw, 1 + number % 2);
    numbers.client(username, addresses, vec![channel])
}

fn service_account(numbers: &mut Numbers) -> Client {
    let username = numbers.free_name(|draw| format!("svc-{}-{}", draw.pick(SERVICES), draw.pick(STAGES)));
    let draw = &mut numbers.draw;
    let habit = *draw.pick_weighted(&[
        (Habit::Transfers, 30),
        (Habit::Sells, 18),
        (Habit::Stocks, 16),
        (Habit::Loads, 12),
        (Habit::Reports, 10),
        (Habit::Trades, 10),
        (Habit::Automates, 6),
        (Habit::Provisions, 2),
    ]);
    let is_behind = habit == Habit::Transfers && draw.chance(0.15);
    let agent = if is_behind { BROKEN_SDK } else { one_of(MACHINE_AGENTS, draw) };
    let channel = Channel::keyed(interface_of(habit), agent, habit);
    let addresses = (0..draw.between(1, 3))
        .map(|_| format!("10.{}.{}.{}", draw.pick(&[2, 8, 14]), draw.below(24), draw.between(2, 250)))
        .collect();
    numbers.client(username, addresses, vec![channel])
}

fn person(numbers: &mut Numbers, number: usize) -> Client {
    let username = numbers.free_name(|draw| format!("{}.{}", draw.pick(FIRST_NAMES), draw.pick(LAST_NAMES)));
    let draw = &mut numbers.draw;
    let habit = if number < ADMINISTRATORS || draw.chance(0.04) { Habit::Administers } else { Habit::Browses };
    let browser = one_of(BROWSERS, draw);
    let mut channels = vec![Channel::personal("web", browser, habit)];
    channels.extend(match draw.below(20) {
        0..5 => Some(Channel::personal("desktop", one_of(DESKTOP_AGENTS, draw), Habit::Syncs)),
        5..7 => Some(Channel::personal("mobile", one_of(MOBILE_AGENTS, draw), Habit::Browses)),
        7 => Some(Channel::personal("dav", one_of(DAV_AGENTS, draw), Habit::Syncs)),
        8 => Some(Channel::personal("sftp", one_of(SFTP_AGENTS, draw), Habit::Transfers)),
        9 => Some(Channel::personal("jsapi", browser, Habit::Browses)),
        10 => Some(Channel::personal("webdesktopapi", one_of(DESKTOP_AGENTS, draw), Habit::Syncs)),
        11 => Some(Channel::personal("office", one_of(OFFICE_AGENTS, draw), Habit::Transfers)),
        12 => Some(Channel::keyed("restapi", "curl/8.11.1", Habit::Transfers)),
        _ => None,
    });
    // The office's one address, home, and for some a phone on IPv6.
    let office = one_of(&["203.0.113.2", "198.51.100.2", "192.0.2.2"], draw);
    let mut addresses = vec![office.to_owned()];
    addresses.extend(public_addresses(draw, 1));
    if draw.chance(0.3) {
        let [net, subnet, host] = [draw.between(0x20, 0x4f), draw.below(0xffff), draw.between(1, 0xfff)];
        addresses.push(format!("2001:db8:{net:x}:{subnet:x}::{host:x}"));
    }
    numbers.client(username, addresses, channels)
}

fn one_of(list: &[&'static str], draw: &mut Draw) -> &'static str {
    list[draw.below(list.len() as u64) as usize]
}

fn public_addresses(draw: &mut Draw, count: usize) -> Vec<String> {
    (0..count)
        .map(|_| {
            let last = draw.between(11, 254);
            match draw.below(5) {
                0 => format!("198.51.100.{last}"),
                1 => format!("203.0.113.{last}"),
                2 => format!("192.0.2.{last}"),
                _ => format!("198.{}.{}.{last}", draw.between(18, 19), draw.below(256)),
            }
        })
        .collect()
}

/// The endpoint of a number.
#[inline]
pub fn endpoint(number: u8) -> &'static super::api::Endpoint {
    &ENDPOINTS[usize::from(number)]
}

#[cfg(test)]
#[path = "clients_tests.rs"]
mod tests;
