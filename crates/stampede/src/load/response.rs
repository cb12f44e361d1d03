//! Reads the answers of an HTTP/1.1 server, as far as measuring needs: status, where the body ends,
//! whether the connection stays (RFC 9112). Touches no socket.

/// The longest head, or line between chunks, that is read, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// The bytes are not an HTTP/1.1 answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// What the head of an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    /// How many bytes the head takes, its empty line included.
    pub(super) length: usize,
    pub(super) body: Body,
    /// Whether the server keeps the connection.
    pub(super) keep_alive: bool,
}

/// What of the body is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes.
    Bytes(u64),
    /// Everything until the connection ends.
    UntilClose,
    /// A chunk's size line.
    ChunkSize,
    /// So many bytes of a chunk, then its line end.
    Chunk(u64),
    /// The line end after a chunk.
    ChunkEnd,
    /// Trailer lines, up to an empty one.
    Trailer,
}

/// Reads the head at the beginning of `input`; none while it is incomplete.
pub(super) fn parse_head(input: &[u8]) -> Result<Option<Head>, Malformed> {
    let Some(end) = input.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if input.len() > MAX_HEAD {
            Err(Malformed)
        } else {
            Ok(None)
        };
    };
    let mut lines = input[..end]
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    let (status, mut keep_alive) = parse_status(lines.next().unwrap_or_default())?;
    let mut length = None;
    let mut chunked = false;
    for line in lines {
        let (name, value) = split_header(line)?;
        if name.eq_ignore_ascii_case(b"content-length") {
            length = Some(parse_number(value, 10)?);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            chunked = value.to_ascii_lowercase().ends_with(b"chunked");
        } else if name.eq_ignore_ascii_case(b"connection") {
            let says = |word: &[u8]| value.eq_ignore_ascii_case(word);
            keep_alive = says(b"keep-alive") || (keep_alive && !says(b"close"));
        }
    }
    let bodiless = status < 200 || status == 204 || status == 304;
    let body = match (bodiless, chunked, length) {
        (true, _, _) => Body::Bytes(0),
        (_, true, _) => Body::ChunkSize,
        (_, _, Some(length)) => Body::Bytes(length),
        _ => Body::UntilClose,
    };
    keep_alive &= body != Body::UntilClose;
    Ok(Some(Head {
        status,
        length: end + 4,
        body,
        keep_alive,
    }))
}

/// The status, and whether this version of HTTP keeps connections unless told otherwise.
fn parse_status(line: &[u8]) -> Result<(u16, bool), Malformed> {
    let (version, rest) = line.split_at_checked(9).ok_or(Malformed)?;
    let keep_alive = match version {
        b"HTTP/1.1 " => true,
        b"HTTP/1.0 " => false,
        _ => return Err(Malformed),
    };
    let digits = rest.split(|&byte| byte == b' ').next().unwrap_or_default();
    match parse_number(digits, 10)? {
        status @ 100..=999 => Ok((status as u16, keep_alive)),
        _ => Err(Malformed),
    }
}

fn split_header(line: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let colon = line
        .iter()
        .position(|&byte| byte == b':')
        .ok_or(Malformed)?;
    Ok((&line[..colon], line[colon + 1..].trim_ascii()))
}

fn parse_number(digits: &[u8], radix: u32) -> Result<u64, Malformed> {
    // `from_str_radix` takes a sign, which no number here may have.
    let text = std::str::from_utf8(digits).map_err(|_| Malformed)?;
    if text.starts_with(['+', '-']) {
        return Err(Malformed);
    }
    u64::from_str_radix(text, radix).map_err(|_| Malformed)
}

impl Body {
    /// Whether nothing more is to come.
    pub(super) fn is_complete(self) -> bool {
        self == Self::Bytes(0)
    }

    /// Takes what belongs to the body from the beginning of `input` and says how many bytes that
    /// was, line ends and chunk sizes included; content goes to `keep`. Bytes of an incomplete line
    /// are left to be offered again with more.
    pub(super) fn take(
        &mut self,
        input: &[u8],
        mut keep: Option<&mut Vec<u8>>,
    ) -> Result<usize, Malformed> {
        let mut used = 0;
        let mut rest_of_all = u64::MAX;
        while !self.is_complete() {
            let rest = &input[used..];
            let step = match self {
                Self::Bytes(left) => take_content(rest, left, &mut keep),
                Self::UntilClose => take_content(rest, &mut rest_of_all, &mut keep),
                Self::Chunk(left) => {
                    let step = take_content(rest, left, &mut keep);
                    if *left == 0 {
                        *self = Self::ChunkEnd;
                    }
                    step
                }
                Self::ChunkSize | Self::ChunkEnd | Self::Trailer => self.take_line(rest)?,
            };
            if step == 0 {
                break;
            }
            used += step;
        }
        Ok(used)
    }

    fn take_line(&mut self, input: &[u8]) -> Result<usize, Malformed> {
        let Some(end) = input.iter().position(|&byte| byte == b'\n') else {
            return if input.len() > MAX_HEAD {
                Err(Malformed)
            } else {
                Ok(0)
            };
        };
        let line = input[..end].strip_suffix(b"\r").ok_or(Malformed)?;
        *self = match self {
            Self::ChunkSize => {
                let digits = line.split(|&byte| byte == b';').next().unwrap_or_default();
                match parse_number(digits.trim_ascii(), 16)? {
                    0 => Self::Trailer,
                    size => Self::Chunk(size),
                }
            }
            Self::ChunkEnd if line.is_empty() => Self::ChunkSize,
            Self::Trailer if line.is_empty() => Self::Bytes(0),
            Self::Trailer => Self::Trailer,
            _ => return Err(Malformed),
        };
        Ok(end + 1)
    }
}

fn take_content(input: &[u8], left: &mut u64, keep: &mut Option<&mut Vec<u8>>) -> usize {
    let step = input
        .len()
        .min(usize::try_from(*left).unwrap_or(usize::MAX));
    *left -= step as u64;
    if let Some(keep) = keep {
        keep.extend_from_slice(&input[..step]);
    }
    step
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
