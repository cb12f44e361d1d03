//! What a client sends: forms with nested keys, as Stripe reads them, and the words to ask them by.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A form, as a tree of objects, lists and texts. Asked by JSON pointers, such as `/metadata/seat`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Params(pub(super) Value);

impl Params {
    /// From a body or a query.
    pub(super) fn read(form: &str) -> Self {
        let mut tree = Value::Object(Map::new());
        for pair in form.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let key = unescape(key);
            let names: Vec<&str> = key.split('[').map(|n| n.trim_end_matches(']')).collect();
            put(&mut tree, &names, unescape(value));
        }
        Params(listed(tree))
    }

    /// A text that may be absent. An empty one is, as Stripe has it.
    pub(super) fn text(&self, at: &str) -> Option<&str> {
        let text = self.0.pointer(at)?.as_str()?;
        (!text.is_empty()).then_some(text)
    }

    /// The same to keep.
    pub(super) fn owned(&self, at: &str) -> Option<String> {
        self.text(at).map(str::to_owned)
    }

    /// A text that must be there.
    pub(super) fn needed(&self, at: &str) -> Result<&str, Refusal> {
        self.text(at)
            .ok_or_else(|| Refusal::missing(&bracketed(at)))
    }

    /// A whole number that may be absent.
    pub(super) fn number(&self, at: &str) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.text(at) else {
            return Ok(None);
        };
        let number = text.parse().map(Some);
        number.map_err(|_| Refusal::invalid(&bracketed(at), &format!("Invalid integer: {text}")))
    }

    /// An amount of money: one unit at least.
    pub(super) fn amount(&self, at: &str) -> Result<Option<u64>, Refusal> {
        match self.number(at)? {
            Some(0) => Err(Refusal::invalid(
                &bracketed(at),
                "This value must be greater than or equal to 1.",
            )),
            amount => Ok(amount),
        }
    }

    /// Pairs of texts, such as metadata.
    pub(super) fn pairs(&self, at: &str) -> BTreeMap<String, String> {
        let pairs = self.0.pointer(at).and_then(Value::as_object);
        let text =
            |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
        pairs.into_iter().flatten().filter_map(text).collect()
    }

    /// A list of texts.
    pub(super) fn texts(&self, at: &str) -> Vec<String> {
        let list = self.list(at).iter();
        list.filter_map(|one| Some(one.as_str()?.to_owned()))
            .collect()
    }

    /// A list of anything.
    pub(super) fn list(&self, at: &str) -> &[Value] {
        let list = self.0.pointer(at).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// Whether the answer shall hold this object whole.
    pub(super) fn expands(&self, what: &str) -> bool {
        self.list("/expand").iter().any(|one| one == what)
    }

    /// Refuses words that Stripe does not know here.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        let words = self.0.as_object().into_iter().flat_map(Map::keys);
        let stranger = words
            .map(String::as_str)
            .find(|word| *word != "expand" && !known.contains(word));
        stranger.map_or(Ok(()), |word| Err(Refusal::unknown_parameter(word)))
    }
}

/// A pointer as Stripe would write it: `a[b][c]`.
fn bracketed(pointer: &str) -> String {
    let mut names = pointer.trim_start_matches('/').split('/');
    let first = names.next().unwrap_or_default().to_owned();
    names.fold(first, |whole, name| format!("{whole}[{name}]"))
}

/// Puts a text where its names lead; a nameless bracket leads to a new end of a list.
fn put(tree: &mut Value, names: &[&str], text: String) {
    match names {
        [] => *tree = Value::String(text),
        ["", rest @ ..] => {
            if !tree.is_array() {
                *tree = Value::Array(Vec::new());
            }
            let list = tree.as_array_mut().expect("it was made one");
            list.push(Value::Null);
            put(list.last_mut().expect("it was pushed"), rest, text);
        }
        [name, rest @ ..] => {
            if !tree.is_object() {
                *tree = Value::Object(Map::new());
            }
            let object = tree.as_object_mut().expect("it was made one");
            put(object.entry(*name).or_insert(Value::Null), rest, text);
        }
    }
}

/// Objects whose names are all numbers are lists.
fn listed(tree: Value) -> Value {
    match tree {
        Value::Object(object) => {
            let whole = object
                .into_iter()
                .map(|(name, value)| (name, listed(value)));
            let object: Map<String, Value> = whole.collect();
            let numbers: Option<Vec<u32>> = object.keys().map(|name| name.parse().ok()).collect();
            match numbers {
                Some(numbers) if !numbers.is_empty() => {
                    let mut list: Vec<_> = numbers.into_iter().zip(object).collect();
                    list.sort_by_key(|(number, _)| *number);
                    list.into_iter().map(|(_, (_, value))| value).collect()
                }
                _ => Value::Object(object),
            }
        }
        Value::Array(list) => list.into_iter().map(listed).collect(),
        text => text,
    }
}

/// Undoes the escapes of a form.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let escaped = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let escaped = escaped.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A text as it may stand in a query.
pub(super) fn escape(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}
