//! What changed between two cuts, as all watchers get it: written once, kept for a while, so that who
//! comes back or is slow goes on where it was.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use boxoffice_inventory::{SeatIndex, SeatStatus};
use boxoffice_seating::SeatingPlan;
use bytes::Bytes;
use parking_lot::Mutex;

/// Changes that are kept in all. Whoever missed more loads the map, which is not much longer.
const MOST_CHANGES: usize = 16_384;

/// What changed between two versions.
pub(crate) struct Frame {
    /// The version before it.
    from: u64,
    /// The version behind it.
    pub(crate) to: u64,
    /// Each seat once, as it is at `to`.
    changes: Vec<(SeatIndex, SeatStatus)>,
    whole: OnceLock<Bytes>,
    /// Of the sections that are watched, by name.
    sections: Mutex<Vec<(Arc<str>, Bytes)>>,
}

impl Frame {
    pub(crate) fn new(from: u64, to: u64, changes: Vec<(SeatIndex, SeatStatus)>) -> Self {
        Frame {
            from,
            to,
            changes,
            whole: OnceLock::new(),
            sections: Mutex::default(),
        }
    }

    /// The message for who watches the whole house, or a section; empty when it has nothing for them.
    pub(crate) fn message(&self, plan: &SeatingPlan, section: Option<&Arc<str>>) -> Bytes {
        let Some(name) = section else {
            let whole = || seats_message(self.to, self.changes.iter());
            return self.whole.get_or_init(whole).clone();
        };
        let mut sections = self.sections.lock();
        if let Some((_, known)) = sections.iter().find(|(known, _)| known == name) {
            return known.clone();
        }
        let inside = |(seat, _): &&(SeatIndex, SeatStatus)| {
            let seat = plan.seat(*seat);
            seat.is_some_and(|seat| seat.section == &**name)
        };
        let message = seats_message(self.to, self.changes.iter().filter(inside));
        sections.push((Arc::clone(name), message.clone()));
        message
    }
}

fn seats_message<'a>(
    version: u64,
    changes: impl Iterator<Item = &'a (SeatIndex, SeatStatus)>,
) -> Bytes {
    let mut text = String::new();
    for (seat, status) in changes {
        let comma = if text.is_empty() { "" } else { "," };
        let status = status.as_str();
        write!(text, "{comma}[{seat},\"{status}\"]").expect("a text takes every text");
    }
    if text.is_empty() {
        return Bytes::new();
    }
    format!("id: {version}\nevent: seats\ndata: {{\"version\":{version},\"changes\":[{text}]}}\n\n")
        .into()
}

/// Tells a watcher to load the map again, of this version or a newer one.
pub(crate) fn reset_message(version: u64) -> Bytes {
    format!("id: {version}\nevent: reset\ndata: {{\"version\":{version}}}\n\n").into()
}

/// Keeps a line alive.
pub(crate) fn beat_message(version: u64) -> Bytes {
    format!("id: {version}\n\n").into()
}

/// The latest frames. Each begins at the version where the one before ends.
pub(crate) struct Ring {
    /// The version behind what is no longer kept.
    floor: u64,
    /// The version behind the last frame.
    newest: u64,
    frames: VecDeque<Arc<Frame>>,
    changes: usize,
    /// Frames that are kept.
    most: usize,
}

/// What comes behind a version.
pub(crate) enum Behind {
    Nothing,
    /// The next frame.
    Frame(Arc<Frame>),
    /// More than is kept: the map of this version does.
    TooMuch(u64),
}

impl Ring {
    pub(crate) fn new(version: u64, most: usize) -> Self {
        Ring {
            floor: version,
            newest: version,
            frames: VecDeque::new(),
            changes: 0,
            most,
        }
    }

    /// The version behind the last frame.
    pub(crate) fn newest(&self) -> u64 {
        self.newest
    }

    pub(crate) fn push(&mut self, frame: Frame) {
        debug_assert_eq!(frame.from, self.newest);
        self.newest = frame.to;
        self.changes += frame.changes.len();
        self.frames.push_back(Arc::new(frame));
        while self.frames.len() > self.most || self.changes > MOST_CHANGES {
            let Some(oldest) = self.frames.pop_front() else {
                return;
            };
            self.changes -= oldest.changes.len();
            self.floor = oldest.to;
        }
    }

    /// The map moved in a way that no frame tells.
    pub(crate) fn cut_off(&mut self, version: u64) {
        *self = Ring::new(version, self.most);
    }

    /// A version inside a frame gets that whole frame: what it knows already of it, it learns again.
    pub(crate) fn behind(&self, version: u64) -> Behind {
        if version < self.floor {
            return Behind::TooMuch(self.newest);
        }
        let at = self.frames.partition_point(|frame| frame.to <= version);
        match self.frames.get(at) {
            Some(frame) => Behind::Frame(Arc::clone(frame)),
            None => Behind::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use boxoffice_inventory::SeatStatus::{Available, Held};

    use super::*;

    fn frame(from: u64, to: u64, seats: u32) -> Frame {
        Frame::new(from, to, (0..seats).map(|seat| (seat, Held)).collect())
    }

    fn next(ring: &Ring, version: u64) -> Result<Option<u64>, u64> {
        match ring.behind(version) {
            Behind::Nothing => Ok(None),
            Behind::Frame(frame) => Ok(Some(frame.to)),
            Behind::TooMuch(version) => Err(version),
        }
    }

    #[test]
    fn a_version_inside_a_frame_gets_the_whole_frame() {
        let mut ring = Ring::new(10, 9);
        ring.push(frame(10, 14, 1));
        ring.push(frame(14, 15, 1));
        assert_eq!(next(&ring, 9), Err(15));
        assert_eq!(next(&ring, 10), Ok(Some(14)));
        assert_eq!(next(&ring, 13), Ok(Some(14)));
        assert_eq!(next(&ring, 14), Ok(Some(15)));
        assert_eq!(next(&ring, 15), Ok(None));
    }

    #[test]
    fn who_missed_too_much_is_told_to_load_the_map() {
        let mut ring = Ring::new(0, 600);
        for version in 1..=603 {
            ring.push(frame(version - 1, version, 1));
        }
        assert_eq!(next(&ring, 2), Err(ring.newest()));
        assert_eq!(next(&ring, 3), Ok(Some(4)));
        ring.push(frame(ring.newest(), ring.newest() + 1, MOST_CHANGES as u32));
        let newest = ring.newest();
        assert_eq!(next(&ring, newest - 2), Err(newest));
        assert_eq!(next(&ring, newest - 1), Ok(Some(newest)));
        // More than is ever kept: not even the version before gets it.
        ring.push(frame(newest, newest + 1, MOST_CHANGES as u32 + 1));
        assert_eq!(next(&ring, newest), Err(newest + 1));
        assert_eq!(next(&ring, newest + 1), Ok(None));
    }

    #[test]
    fn messages_are_as_the_contract_has_them() {
        let changes = [(3, Held), (41_000, Available)];
        assert_eq!(
            seats_message(7, changes.iter()),
            "id: 7\nevent: seats\ndata: {\"version\":7,\"changes\":[[3,\"held\"],[41000,\"available\"]]}\n\n"
        );
        assert_eq!(
            reset_message(7),
            "id: 7\nevent: reset\ndata: {\"version\":7}\n\n"
        );
        assert_eq!(beat_message(7), "id: 7\n\n");
        assert!(seats_message(7, [].iter()).is_empty());
    }
}
