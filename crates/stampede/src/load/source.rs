//! Where requests come from and where answers go: the caller's side of the generator.

/// Makes requests, and may look at answers. A closure `Fn(u64, &mut Vec<u8>)` is one that looks at
/// none; [`WithAnswers`] joins two closures.
pub trait RequestSource: Send + Sync + 'static {
    /// Appends the whole request (line, headers, body) to `request`, which is empty. `sequence`
    /// counts from 0 without gaps, in the order of the intended starts; each is asked for once.
    /// Runs between two requests of a connection, so it should be quick.
    fn write(&self, sequence: u64, request: &mut Vec<u8>);

    /// Whether the body of an answer with this status is to be kept for [`Self::answered`].
    fn wants_body(&self, status: u16) -> bool {
        let _ = status;
        false
    }

    /// Sees each complete answer. Runs before the connection's next request, so it should be quick.
    fn answered(&self, answer: Answer<'_>) {
        let _ = answer;
    }
}

/// A complete answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The request's number.
    pub sequence: u64,
    /// The HTTP status.
    pub status: u16,
    /// The body, chunks joined; empty unless [`RequestSource::wants_body`] asked for it.
    pub body: &'a [u8],
}

impl<F> RequestSource for F
where
    F: Fn(u64, &mut Vec<u8>) + Send + Sync + 'static,
{
    fn write(&self, sequence: u64, request: &mut Vec<u8>) {
        self(sequence, request);
    }
}

/// A source of requests that is shown the answers, bodies included, whose status it wants.
#[derive(Clone, Copy, Debug)]
pub struct WithAnswers<R, W, A> {
    /// Writes requests, as [`RequestSource::write`].
    pub request: R,
    /// Which statuses are wanted.
    pub wants: W,
    /// Sees the answers of wanted statuses.
    pub answered: A,
}

impl<R, W, A> RequestSource for WithAnswers<R, W, A>
where
    R: Fn(u64, &mut Vec<u8>) + Send + Sync + 'static,
    W: Fn(u16) -> bool + Send + Sync + 'static,
    A: Fn(Answer<'_>) + Send + Sync + 'static,
{
    fn write(&self, sequence: u64, request: &mut Vec<u8>) {
        (self.request)(sequence, request);
    }

    fn wants_body(&self, status: u16) -> bool {
        (self.wants)(status)
    }

    fn answered(&self, answer: Answer<'_>) {
        if (self.wants)(answer.status) {
            (self.answered)(answer);
        }
    }
}
