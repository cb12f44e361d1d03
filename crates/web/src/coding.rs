//! Compressed bodies: which coding a browser takes, and a body in all of them.

use std::io::Write as _;
use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    Brotli,
}

/// A body that is packed, in each coding, when it is first asked for.
#[derive(Debug)]
pub(crate) struct Packed {
    identity: Bytes,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
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
    pub(crate) fn new(text: String) -> Self {
        Packed {
            identity: text.into(),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    pub(crate) fn in_coding(&self, coding: Coding) -> Bytes {
        let packed = match coding {
            Coding::Identity => &self.identity,
            Coding::Gzip => self.gzip.get_or_init(|| gzip(&self.identity)),
            Coding::Brotli => self.brotli.get_or_init(|| brotli(&self.identity)),
        };
        packed.clone()
    }

    /// About how many bytes it takes, packed in one coding or two.
    pub(crate) fn len(&self) -> usize {
        self.identity.len() * 3 / 2
    }
}

/// Quickly: it lives for a second.
fn gzip(text: &[u8]) -> Bytes {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text).expect("a vector takes all bytes");
    gzip.finish().expect("a vector takes all bytes").into()
}

fn brotli(mut text: &[u8]) -> Bytes {
    let quick = brotli::enc::BrotliEncoderParams {
        quality: 5,
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut text, &mut packed, &quick).expect("a vector takes all bytes");
    packed.into()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_body_is_the_same_in_every_coding() {
        let text = "A page. ".repeat(500);
        let packed = Packed::new(text.clone());
        assert_eq!(packed.in_coding(Coding::Identity), text.as_bytes());
        let gzip = packed.in_coding(Coding::Gzip);
        let mut unpacked = String::new();
        let mut reader = flate2::read::GzDecoder::new(&gzip[..]);
        reader.read_to_string(&mut unpacked).expect("gzip");
        assert_eq!(unpacked, text);
        let mut unpacked = Vec::new();
        let brotli = packed.in_coding(Coding::Brotli);
        brotli::BrotliDecompress(&mut &brotli[..], &mut unpacked).expect("brotli");
        assert_eq!(unpacked, text.as_bytes());
        assert!(brotli.len() < text.len() / 10);
    }
}
