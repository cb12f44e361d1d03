//! Bodies as they are sent: some parts, shared by all who ask and by all versions that have them in
//! common.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::compress::{GzipPiece, brotli, brotli_piece, gzip};

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    Identity,
    Gzip,
    Brotli,
}

/// A body of one version in one coding: its parts, to be sent one after the other.
#[derive(Clone)]
pub struct Encoded {
    /// The ledger's version that it shows.
    pub version: u64,
    /// How it is compressed.
    pub coding: Coding,
    /// None of them is empty.
    pub parts: Arc<[Bytes]>,
}

impl Encoded {
    fn new(version: u64, coding: Coding, parts: Vec<Bytes>) -> Self {
        Encoded {
            version,
            coding,
            parts: parts.into(),
        }
    }
}

/// A piece of a body in its codings; the compressed ones are made when somebody asks.
pub(crate) struct Piece {
    plain: Bytes,
    gzip: OnceLock<GzipPiece>,
    brotli: OnceLock<Bytes>,
}

impl Piece {
    pub(crate) fn new(plain: Vec<u8>) -> Self {
        Piece {
            plain: plain.into(),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    fn gzip(&self) -> GzipPiece {
        self.gzip
            .get_or_init(|| GzipPiece::new(&self.plain))
            .clone()
    }

    /// A piece begins every body that it is in, or none.
    fn brotli(&self, first: bool) -> Bytes {
        self.brotli
            .get_or_init(|| brotli_piece(&self.plain, first))
            .clone()
    }
}

/// Pieces put together, in the codings that were asked for.
#[derive(Default)]
pub(crate) struct Assembly {
    identity: OnceLock<Encoded>,
    gzip: OnceLock<Encoded>,
    brotli: OnceLock<Encoded>,
}

impl Assembly {
    /// The body in this coding, if somebody has asked for it before.
    pub(crate) fn ready(&self, coding: Coding) -> Option<Encoded> {
        self.slot(coding).get().cloned()
    }

    /// The body in this coding, made of `pieces` if nobody has asked for it before.
    pub(crate) fn make(&self, version: u64, pieces: &[Arc<Piece>], coding: Coding) -> Encoded {
        let parts = || match coding {
            Coding::Identity => pieces.iter().map(|piece| piece.plain.clone()).collect(),
            // Some KB each: to send them one by one would cost more than to copy them together once.
            Coding::Gzip => {
                let pieces: Vec<_> = pieces.iter().map(|piece| piece.gzip()).collect();
                vec![gzip(&pieces).concat().into()]
            }
            Coding::Brotli => {
                let pieces = pieces.iter().enumerate();
                let parts = brotli(pieces.map(|(at, piece)| piece.brotli(at == 0)));
                vec![parts.concat().into()]
            }
        };
        let encoded = self
            .slot(coding)
            .get_or_init(|| Encoded::new(version, coding, parts()));
        encoded.clone()
    }

    fn slot(&self, coding: Coding) -> &OnceLock<Encoded> {
        match coding {
            Coding::Identity => &self.identity,
            Coding::Gzip => &self.gzip,
            Coding::Brotli => &self.brotli,
        }
    }
}

/// A small body of one piece.
pub(crate) struct Packed {
    piece: [Arc<Piece>; 1],
    assembly: Assembly,
}

impl Packed {
    pub(crate) fn new(plain: Vec<u8>) -> Self {
        Packed {
            piece: [Arc::new(Piece::new(plain))],
            assembly: Assembly::default(),
        }
    }

    pub(crate) fn encoded(&self, version: u64, coding: Coding) -> Encoded {
        self.assembly.make(version, &self.piece, coding)
    }
}
