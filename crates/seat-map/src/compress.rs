//! Gzip and brotli of a body that is kept in pieces: each piece is compressed alone, and the pieces
//! put end to end are one stream. What did not change is not compressed again.

use std::io::Write as _;

use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress, Status};

/// The head of a gzip stream ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952) 2.3): no name, no
/// time, an unknown system.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty last block ([RFC 1951](https://www.rfc-editor.org/rfc/rfc1951) 3.2.6).
const DEFLATE_END: [u8; 2] = [3, 0];
/// An empty last meta-block ([RFC 7932](https://www.rfc-editor.org/rfc/rfc7932) 9.2).
const BROTLI_END: [u8; 1] = [3];
/// A map lives for a tenth of a second: what is fast is best.
const BROTLI_QUALITY: i32 = 2;
/// Pieces are some 100 KB; all pieces must have the same window.
const BROTLI_WINDOW: i32 = 18;

/// A piece of a gzip stream.
#[derive(Clone)]
pub(crate) struct GzipPiece {
    deflated: Bytes,
    check: Hasher,
    length: usize,
}

impl GzipPiece {
    pub(crate) fn new(plain: &[u8]) -> Self {
        let mut check = Hasher::new();
        check.update(plain);
        GzipPiece {
            deflated: deflate(plain).into(),
            check,
            length: plain.len(),
        }
    }
}

/// Deflate blocks that end at a byte and look back at nothing before them.
fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut deflater = Compress::new(Compression::fast(), false);
    let mut out = Vec::with_capacity(plain.len() / 8 + 64);
    loop {
        let done = usize::try_from(deflater.total_in()).unwrap_or(usize::MAX);
        let rest = plain.get(done..).unwrap_or_default();
        let full = out.len() == out.capacity();
        if full {
            out.reserve(out.capacity());
        }
        let status = deflater.compress_vec(rest, &mut out, FlushCompress::Full);
        debug_assert!(matches!(status, Ok(Status::Ok | Status::BufError)));
        // A flush is complete when it leaves room in the buffer.
        let taken = usize::try_from(deflater.total_in()).unwrap_or(usize::MAX);
        if taken >= plain.len() && out.len() < out.capacity() {
            return out;
        }
    }
}

/// The pieces as one gzip stream.
pub(crate) fn gzip(pieces: &[GzipPiece]) -> Vec<Bytes> {
    let mut check = Hasher::new();
    let mut length = 0_usize;
    let mut parts = Vec::with_capacity(pieces.len() + 2);
    parts.push(Bytes::from_static(&GZIP_HEAD));
    for piece in pieces {
        check.combine(&piece.check);
        length += piece.length;
        parts.push(piece.deflated.clone());
    }
    let mut end = Vec::with_capacity(10);
    end.extend_from_slice(&DEFLATE_END);
    end.extend_from_slice(&check.finalize().to_le_bytes());
    // Counted modulo 2^32, as the format has it.
    end.extend_from_slice(&(length as u32).to_le_bytes());
    parts.push(end.into());
    parts
}

/// A piece of a brotli stream; `first` begins it. Documented by the library under "simple
/// concatenation".
pub(crate) fn brotli_piece(plain: &[u8], first: bool) -> Bytes {
    let params = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        bare_stream: true,
        appendable: true,
        catable: !first,
        ..Default::default()
    };
    let mut out = Vec::with_capacity(plain.len() / 8 + 64);
    {
        let mut writer = brotli::CompressorWriter::with_params(&mut out, 1 << 16, &params);
        writer.write_all(plain).expect("a buffer takes everything");
    }
    out.into()
}

/// The pieces as one brotli stream.
pub(crate) fn brotli(pieces: impl Iterator<Item = Bytes>) -> Vec<Bytes> {
    pieces.chain([Bytes::from_static(&BROTLI_END)]).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use proptest::prelude::*;

    use super::*;

    fn gunzip(body: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        let mut reader = flate2::bufread::GzDecoder::new(body);
        reader.read_to_end(&mut plain).expect("gzip");
        // One member and nothing behind it: browsers read no second one.
        assert!(reader.into_inner().is_empty());
        plain
    }

    fn unbrotli(body: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &*body, &mut plain).expect("brotli");
        plain
    }

    /// Text like ours, and text that does not compress.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 1..20_000),
            (1_usize..3000, "[a-f]{1,12}").prop_map(|(times, text)| text.repeat(times).into()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn pieces_compressed_alone_are_one_stream(
            pieces in prop::collection::vec(piece(), 1..6),
        ) {
            let plain = pieces.concat();
            let gzip_pieces: Vec<_> = pieces.iter().map(|piece| GzipPiece::new(piece)).collect();
            prop_assert_eq!(gunzip(&gzip(&gzip_pieces).concat()), plain.clone());
            let brotli_pieces = pieces.iter().enumerate();
            let brotli_pieces = brotli_pieces.map(|(at, piece)| brotli_piece(piece, at == 0));
            prop_assert_eq!(unbrotli(&brotli(brotli_pieces).concat()), plain);
        }
    }
}
