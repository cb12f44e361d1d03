//! A reader as the contract asks for one: loads the map, applies changes, loads again when told so.

use std::collections::BTreeMap;

use boxoffice_inventory::Inventory;
use boxoffice_seat_map::{Coding, Encoded, Watcher};
use futures::FutureExt;
use serde_json::Value;

use crate::office::{Office, plan};

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Message {
    Seats(u64, Vec<(u64, String)>),
    Reset(u64),
    Beat(u64),
}

impl Message {
    pub(crate) fn read(text: &[u8]) -> Self {
        let text = std::str::from_utf8(text).unwrap();
        let lines: Vec<_> = text.strip_suffix("\n\n").unwrap().split('\n').collect();
        let id: u64 = lines[0].strip_prefix("id: ").unwrap().parse().unwrap();
        let [event, data] = match lines[1..] {
            [] => return Message::Beat(id),
            [event, data] => [event, data],
            _ => panic!("{text}"),
        };
        let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(data["version"], id);
        match event {
            "event: reset" => Message::Reset(id),
            "event: seats" => {
                let change = |pair: &Value| {
                    (
                        pair[0].as_u64().unwrap(),
                        pair[1].as_str().unwrap().to_owned(),
                    )
                };
                let changes = data["changes"].as_array().unwrap();
                Message::Seats(id, changes.iter().map(change).collect())
            }
            other => panic!("{other}"),
        }
    }
}

/// All messages that are there already.
pub(crate) fn waiting(line: &mut Watcher) -> Vec<Message> {
    let next = || line.next().now_or_never().map(Option::unwrap);
    std::iter::from_fn(next)
        .map(|text| Message::read(&text))
        .collect()
}

pub(crate) fn json(encoded: &Encoded) -> Vec<Value> {
    serde_json::from_slice(&encoded.parts.concat()).unwrap()
}

/// Somebody who looks at a house, or at a section of it.
pub(crate) struct Reader {
    section: Option<&'static str>,
    /// By index.
    seats: BTreeMap<u64, String>,
    pub(crate) version: u64,
    line: Option<Watcher>,
}

impl Reader {
    pub(crate) fn new(section: Option<&'static str>) -> Self {
        Reader {
            section,
            seats: BTreeMap::new(),
            version: 0,
            line: None,
        }
    }

    async fn load(&mut self, office: &Office) {
        let map = office.follower().await;
        let encoded = match self.section {
            None => map.view().seats(Coding::Identity).await,
            Some(name) => map.view().section(name, Coding::Identity).await.unwrap(),
        };
        assert!(
            encoded.version >= self.version,
            "the map went back from {} to {}",
            self.version,
            encoded.version
        );
        self.version = encoded.version;
        let seats = json(&encoded).into_iter().enumerate();
        let seat = |(at, seat): (usize, Value)| {
            let index = seat["index"].as_u64().unwrap_or(at as u64);
            (index, seat["status"].as_str().unwrap().to_owned())
        };
        self.seats = seats.map(seat).collect();
    }

    /// Loads the map at first; then begins to watch behind what it has.
    pub(crate) async fn connect(&mut self, office: &Office) {
        if self.version == 0 {
            self.load(office).await;
        }
        let line = office
            .maps
            .watch(office.event(), self.section, Some(self.version));
        self.line = Some(line.await.unwrap());
    }

    pub(crate) fn disconnect(&mut self) {
        self.line = None;
    }

    /// Reads at most so many messages of those that are there.
    pub(crate) async fn read(&mut self, office: &Office, at_most: usize) {
        for _ in 0..at_most {
            let Some(line) = &mut self.line else {
                return;
            };
            let Some(text) = line.next().now_or_never() else {
                return;
            };
            match Message::read(&text.unwrap()) {
                Message::Reset(version) => {
                    assert!(version >= self.version);
                    self.load(office).await;
                    assert!(self.version >= version);
                }
                // A reader ignores versions older than its own: a map that was loaded again may be
                // ahead of its line.
                Message::Seats(version, changes) if version > self.version => {
                    self.version = version;
                    for (index, status) in changes {
                        let before = self.seats.insert(index, status);
                        assert!(before.is_some(), "seat {index} is news");
                    }
                }
                Message::Seats(..) => {}
                Message::Beat(version) => self.version = self.version.max(version),
            }
        }
    }

    /// What it sees is what the ledger says.
    pub(crate) fn check(&self, truth: &Inventory, stage: crate::office::Stage) {
        let plan = plan(stage);
        let inside = |index: &u32| {
            let seat = plan.seat(*index).unwrap();
            self.section.is_none_or(|name| seat.section == name)
        };
        let status = |index: u32| truth.status(index).unwrap().as_str().to_owned();
        let expected = (0..truth.seat_count()).filter(inside);
        let expected: BTreeMap<_, _> = expected
            .map(|index| (u64::from(index), status(index)))
            .collect();
        assert_eq!(self.seats, expected);
    }
}
