//! Tests of the reader: answers whole, in pieces, and broken.

use proptest::prelude::*;

use super::{Body, Head, Malformed, parse_head};

fn head(text: &str) -> Head {
    parse_head(text.as_bytes())
        .expect("well formed")
        .expect("complete")
}

#[test]
fn a_head_says_status_and_length() {
    let text = "HTTP/1.1 201 Created\r\ncontent-LENGTH:  12 \r\nX: y\r\n\r\n";
    let expected = Head {
        status: 201,
        length: text.len(),
        body: Body::Bytes(12),
        keep_alive: true,
    };
    assert_eq!(head(text), expected);
}

#[test]
fn a_head_without_a_length_lasts_until_the_close() {
    let head = head("HTTP/1.1 200\r\nServer: x\r\n\r\n");
    assert_eq!((head.body, head.keep_alive), (Body::UntilClose, false));
}

#[test]
fn some_statuses_have_no_body() {
    for status in [100, 103, 204, 304] {
        let head = head(&format!("HTTP/1.1 {status} X\r\nContent-Length: 5\r\n\r\n"));
        assert!(head.body.is_complete());
    }
}

#[test]
fn the_server_may_close_after_an_answer() {
    assert!(!head("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n").keep_alive);
    assert!(!head("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keep_alive);
    assert!(
        head("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n").keep_alive
    );
}

#[test]
fn what_is_not_http_is_refused() {
    for text in [
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 +200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ] {
        assert_eq!(parse_head(text.as_bytes()), Err(Malformed), "{text:?}");
    }
    assert_eq!(parse_head(&[b'x'; 70_000]), Err(Malformed));
}

#[test]
fn broken_chunks_are_refused() {
    for text in [
        "z\r\n",
        "\r\n",
        "1\nx",
        "1\r\nxy\r\n",
        "fffffffffffffffff\r\n",
    ] {
        assert_eq!(
            Body::ChunkSize.take(text.as_bytes(), None),
            Err(Malformed),
            "{text:?}"
        );
    }
}

/// Feeds `body` in pieces cut at `cuts`, as a socket may; gives what was kept and what was left.
fn read_in_pieces(mut body: Body, bytes: &[u8], cuts: &[usize]) -> (Vec<u8>, usize) {
    let (mut kept, mut pending, mut begun) = (Vec::new(), Vec::new(), 0);
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    ends.push(bytes.len());
    ends.sort_unstable();
    for end in ends {
        pending.extend_from_slice(&bytes[begun..end]);
        begun = end;
        let used = body.take(&pending, Some(&mut kept)).expect("well formed");
        pending.drain(..used);
    }
    assert!(body.is_complete());
    (kept, pending.len())
}

proptest! {
    #[test]
    fn chunks_are_joined_however_they_are_cut(
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..6),
        trailer in prop::option::of("[a-z]{1,5}: [a-z]{0,5}"),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
        after in 0_usize..4,
    ) {
        let mut bytes = Vec::new();
        for chunk in &chunks {
            bytes.extend(format!("{:x};note=1\r\n", chunk.len()).bytes());
            bytes.extend(chunk);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"0\r\n");
        bytes.extend(trailer.iter().flat_map(|line| line.bytes().chain(*b"\r\n")));
        bytes.extend(b"\r\n");
        bytes.extend(vec![b'H'; after]);
        prop_assert_eq!(read_in_pieces(Body::ChunkSize, &bytes, &cuts), (chunks.concat(), after));
    }

    #[test]
    fn a_body_of_known_length_ends_there(
        bytes in prop::collection::vec(any::<u8>(), 0..100),
        cuts in prop::collection::vec(any::<usize>(), 0..6),
        after in 0_usize..4,
    ) {
        let mut sent = bytes.clone();
        sent.extend(vec![b'H'; after]);
        let body = Body::Bytes(bytes.len() as u64);
        prop_assert_eq!(read_in_pieces(body, &sent, &cuts), (bytes, after));
    }

    #[test]
    fn no_bytes_upset_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_head(&bytes);
        let _ = Body::ChunkSize.take(&bytes, None);
        let _ = Body::Trailer.take(&bytes, None);
    }
}
