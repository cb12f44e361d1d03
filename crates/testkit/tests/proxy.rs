//! The network fails as it is told, and otherwise brings everything to its end.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use boxoffice_testkit::Proxy;

/// An echo, a way to it, and somebody who has come that way.
struct Talk {
    proxy: Proxy,
    client: TcpStream,
}

impl Talk {
    fn new() -> Talk {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy::before(listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                std::thread::spawn(move || std::io::copy(&mut &stream, &mut &stream));
            }
        });
        let client = TcpStream::connect(proxy.address()).unwrap();
        Talk { proxy, client }
    }

    fn say(&self, text: &str) {
        (&self.client).write_all(text.as_bytes()).unwrap();
    }

    #[track_caller]
    fn hears(&self, text: &str) {
        let mut heard = vec![0; text.len()];
        self.client.set_read_timeout(None).unwrap();
        (&self.client).read_exact(&mut heard).unwrap();
        assert_eq!(String::from_utf8(heard).unwrap(), text);
    }

    /// Something that does not come can only be waited for.
    #[track_caller]
    fn hears_nothing(&self) {
        let little = Duration::from_millis(50);
        self.client.set_read_timeout(Some(little)).unwrap();
        let error = (&self.client).read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }

    #[track_caller]
    fn is_reset(&self) {
        self.client.set_read_timeout(None).unwrap();
        let error = (&self.client).read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
}

#[test]
fn an_open_way_brings_everything_to_its_end() {
    let talk = Talk::new();
    let much = "much ".repeat(1_000_000);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            talk.say(&much);
            talk.client.shutdown(std::net::Shutdown::Write).unwrap();
        });
        let mut heard = String::new();
        (&talk.client).read_to_string(&mut heard).unwrap();
        assert!(heard == much);
    });
}

#[test]
fn a_cut_resets_who_is_there_and_who_comes() {
    let mut talk = Talk::new();
    talk.say("one");
    talk.hears("one");
    talk.proxy.cut();
    talk.is_reset();
    talk.client = TcpStream::connect(talk.proxy.address()).unwrap();
    talk.is_reset();
    talk.proxy.pass();
    talk.client = TcpStream::connect(talk.proxy.address()).unwrap();
    talk.say("two");
    talk.hears("two");
}

#[test]
fn silence_tells_nobody() {
    let mut talk = Talk::new();
    talk.say("one");
    talk.hears("one");
    talk.proxy.silence();
    talk.say("two");
    talk.hears_nothing();
    talk.proxy.pass();
    talk.hears("two");
    talk.proxy.silence();
    talk.client = TcpStream::connect(talk.proxy.address()).unwrap();
    talk.say("three");
    talk.hears_nothing();
    talk.proxy.pass();
    talk.hears("three");
    talk.proxy.silence();
    talk.say("four");
    talk.proxy.cut();
    talk.is_reset();
}

#[test]
fn answers_are_held_until_they_pass_or_are_cut() {
    let mut talk = Talk::new();
    talk.proxy.hold_answers();
    talk.say("one");
    talk.hears_nothing();
    talk.proxy.pass();
    talk.hears("one");
    talk.proxy.hold_answers();
    talk.client = TcpStream::connect(talk.proxy.address()).unwrap();
    talk.say("two");
    talk.hears_nothing();
    talk.proxy.cut();
    talk.is_reset();
}

#[test]
fn only_the_answer_to_the_needle_is_lost() {
    let talk = Talk::new();
    let client = TcpStream::connect(talk.proxy.address()).unwrap();
    talk.proxy.lose_answer_after(b"commit");
    talk.say("begin com");
    talk.hears("begin com");
    talk.say("mit");
    talk.proxy.wait_until_lost();
    talk.proxy.wait_until_lost_with(b"mit");
    talk.proxy.pass();
    talk.hears_nothing();
    let other = Talk {
        client,
        proxy: talk.proxy,
    };
    other.say("commit");
    other.hears("commit");
    other.proxy.cut();
    let first = Talk {
        client: talk.client,
        proxy: other.proxy,
    };
    first.is_reset();
}
