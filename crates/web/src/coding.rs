//! Compressed bodies: which coding a browser takes, and a body in all of them.

use std::io::Write as _;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Brotli,
}

/// A body in every coding.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    identity: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

impl Coding {
    /// The smallest that the client takes.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accepts = |name: &str| {
            let values = headers.get_all(header::ACCEPT_ENCODING).iter();
            let mut offers = values
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','));
            offers.any(|offer| {
                let (coding, weight) = offer.split_once(';').unwrap_or((offer, ""));
                let refused = weight.trim().strip_prefix("q=");
                let refused = refused.is_some_and(|q| q.parse().is_ok_and(|q: f32| q <= 0.0));
                coding.trim().eq_ignore_ascii_case(name) && !refused
            })
        };
        match () {
            () if accepts("br") => Coding::Brotli,
            () if accepts("gzip") => Coding::Gzip,
            () => Coding::Identity,
        }
    }

    /// Says so in an answer's head.
    pub(crate) fn declare(self, headers: &mut HeaderMap) {
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
        let name = match self {
            Coding::Identity => return,
            Coding::Gzip => "gzip",
            Coding::Brotli => "br",
        };
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
}

impl Packed {
    /// Packs a text quickly: it lives for a second.
    pub(crate) fn new(text: String) -> Self {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes())
            .expect("a vector takes all bytes");
        let quick = brotli::enc::BrotliEncoderParams {
            quality: 5,
            ..Default::default()
        };
        let mut brotli = Vec::new();
        brotli::BrotliCompress(&mut text.as_bytes(), &mut brotli, &quick)
            .expect("a vector takes all bytes");
        Packed {
            gzip: gzip.finish().expect("a vector takes all bytes").into(),
            brotli: brotli.into(),
            identity: text.into(),
        }
    }

    pub(crate) fn in_coding(&self, coding: Coding) -> Bytes {
        match coding {
            Coding::Identity => self.identity.clone(),
            Coding::Gzip => self.gzip.clone(),
            Coding::Brotli => self.brotli.clone(),
        }
    }

    /// About how many bytes it takes.
    pub(crate) fn len(&self) -> usize {
        self.identity.len() + self.gzip.len() + self.brotli.len()
    }
}
