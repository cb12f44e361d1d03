//! Measures building and asking an index of 20,000 events, on this machine.
//! `cargo run --release -p boxoffice-search --example measure_search`

use std::time::{Duration, Instant};

use boxoffice_search::{Document, SearchError, SearchIndex};

const SYLLABLES: [&str; 24] = [
    "ka", "lo", "mi", "tré", "son", "ber", "vil", "stad", "ou", "rin", "fen", "dal", "mü", "gra",
    "nor", "pe", "shi", "tan", "wel", "zo", "ø", "chor", "lux", "ay",
];

struct Event {
    name: String,
    artists: Vec<String>,
    venue: String,
    city: String,
}

/// A word that looks like a name, the same for the same number.
fn word(number: usize) -> String {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (0..2 + mixed % 3)
        .map(|at| SYLLABLES[(mixed >> (8 + 6 * at)) % SYLLABLES.len()])
        .collect()
}

fn events(count: usize) -> Vec<Event> {
    (0..count)
        .map(|at| Event {
            name: format!(
                "{} {} Tour {}",
                word(at % 4000),
                word(at % 7001),
                2025 + at % 3
            ),
            artists: vec![
                format!("{} {}", word(at % 4000), word(at % 911)),
                format!("{}-{}", word(at % 577), word(at % 307)),
            ],
            venue: format!("{} Arena", word(at % 900)),
            city: word(at % 300),
        })
        .collect()
}

fn build(events: &[Event]) -> Result<(SearchIndex, Duration), SearchError> {
    let begun = Instant::now();
    let index = SearchIndex::new()?;
    index.replace(events.iter().zip(0..).map(|(event, key)| Document {
        key,
        name: &event.name,
        artists: &event.artists,
        venue: &event.venue,
        city: &event.city,
    }))?;
    Ok((index, begun.elapsed()))
}

fn ask(index: &SearchIndex, keyword: Option<&str>, city: Option<&str>) -> Result<(), SearchError> {
    const TIMES: u32 = 50;
    let begun = Instant::now();
    let mut hits = 0;
    for _ in 0..TIMES {
        hits = index.search(keyword, city)?.len();
    }
    let shown: String = keyword
        .or(city)
        .unwrap_or("(all)")
        .chars()
        .take(24)
        .collect();
    println!(
        "{:>10.3?} a query, {hits:>6} hits: {shown}",
        begun.elapsed() / TIMES
    );
    Ok(())
}

fn status(name: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    line.unwrap_or("not known on this system").to_owned()
}

fn main() -> Result<(), SearchError> {
    println!("before: {}", status("VmRSS"));
    let (_small, elapsed) = build(&events(12))?;
    println!("12 events built in {elapsed:.3?}");
    let many = events(20_000);
    println!("events made: {}", status("VmRSS"));
    let (index, elapsed) = build(&many)?;
    println!("20,000 events built in {elapsed:.3?}");
    println!("built: {}, {}", status("VmRSS"), status("Threads"));
    let name = many[4242].name.clone();
    let artist = many[4242].artists[0].clone();
    let slip: String = artist
        .chars()
        .rev()
        .skip(1)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let long = "tour arena ".repeat(8);
    let slips = "Schlüßelwörterburg ".repeat(16);
    let parts = "kalomi/trébervil/".repeat(8);
    for keyword in [
        "a",
        "t",
        "tour",
        "tuor",
        "2026",
        "sonber",
        &name,
        &artist,
        &slip,
        &long,
        &slips,
        &parts,
        "a b c d e f g h i k l m n o p r",
        "москва",
        "東京",
        "***",
    ] {
        ask(&index, Some(keyword), None)?;
    }
    ask(&index, None, Some("karin"))?;
    ask(&index, None, None)?;
    const CHANGES: u32 = 1000;
    let begun = Instant::now();
    for key in 0..u64::from(CHANGES) {
        let name = &many[key as usize].name;
        index.replace([Document {
            key,
            name,
            artists: &[],
            venue: "",
            city: "",
        }])?;
    }
    println!(
        "{CHANGES} events replaced one by one, each in {:.3?}",
        begun.elapsed() / CHANGES
    );
    println!("after: {}, {}", status("VmRSS"), status("Threads"));
    ask(&index, Some("tour"), None)?;
    Ok(())
}
