//! The site's texts in one language: messages of the Fluent files in `locales/`, by key. What a text
//! says is decided there; numbers and dates are written by `format.rs`.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::ZonedDateTime;
use unic_langid::LanguageIdentifier;

use crate::format::Formats;
use crate::language::Language;
use crate::page::block;

/// A file of messages.
struct File {
    name: &'static str,
    text: &'static str,
}

macro_rules! files {
    ($folder:literal) => {
        &[
            files!($folder, "site"),
            files!($folder, "event"),
            files!($folder, "checkout"),
            files!($folder, "order"),
            files!($folder, "find-order"),
            files!($folder, "waiting"),
            files!($folder, "seat-map"),
            files!($folder, "script"),
        ]
    };
    ($folder:literal, $name:literal) => {
        File {
            name: $name,
            text: include_str!(concat!("../locales/", $folder, "/", $name, ".ftl")),
        }
    };
}

fn files(language: Language) -> &'static [File] {
    match language {
        Language::English => files!("en"),
        Language::German => files!("de"),
    }
}

/// The texts of one language.
pub(crate) struct Texts {
    pub(crate) language: Language,
    pub(crate) formats: Formats,
    bundle: FluentBundle<FluentResource>,
    /// By file, what modules get of it: written once, since every page has some.
    scripts: Vec<(&'static str, String)>,
}

impl Texts {
    /// Reads the language's files.
    ///
    /// # Panics
    /// When a file of the binary is no Fluent, or two messages have one key; tests look at all of them.
    pub(crate) fn new(language: Language) -> Self {
        let id: LanguageIdentifier = language.code().parse().expect("ours are valid");
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks around what is filled in would be copied along with seat numbers and prices.
        bundle.set_use_isolating(false);
        for file in files(language) {
            bundle
                .add_resource(resource(file))
                .unwrap_or_else(|errors| panic!("{}: {errors:?}", file.name));
        }
        let mut texts = Texts {
            language,
            formats: Formats::new(language),
            bundle,
            scripts: Vec::new(),
        };
        let scripts = files(language)
            .iter()
            .map(|file| (file.name, block(&texts.script(file))));
        texts.scripts = scripts.collect();
        texts
    }

    /// The message of a key.
    pub(crate) fn get(&self, key: &str) -> Cow<'_, str> {
        self.fill(key, None)
    }

    /// The message of a key with something filled in.
    pub(crate) fn with<'a>(
        &'a self,
        key: &str,
        name: &'a str,
        value: impl Into<FluentValue<'a>>,
    ) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.fill(key, Some(&args)).into_owned()
    }

    /// The message of a key with two things filled in.
    pub(crate) fn with_two<'a>(
        &'a self,
        key: &str,
        (name, value): (&'a str, impl Into<FluentValue<'a>>),
        (other, second): (&'a str, impl Into<FluentValue<'a>>),
    ) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        args.set(other, second);
        self.fill(key, Some(&args)).into_owned()
    }

    /// The title of a state's page: keys begin with the state.
    pub(crate) fn title(&self, state: &str) -> Cow<'_, str> {
        self.get(&format!("{state}-title"))
    }

    /// And what it says.
    pub(crate) fn text(&self, state: &str) -> Cow<'_, str> {
        self.get(&format!("{state}-text"))
    }

    /// Such as `Wednesday, 10 February 2027, 15:00`.
    pub(crate) fn date_and_time(&self, at: &ZonedDateTime) -> String {
        let (date, time) = (self.formats.long_date(at), self.formats.time(at));
        self.with_two("date-and-time", ("date", date), ("time", time))
    }

    /// Whether there is a message of that key.
    #[cfg(test)]
    pub(crate) fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The messages of a file as a module gets them: a block of JSON.
    pub(crate) fn script_block(&self, file: &str) -> String {
        let mut scripts = self.scripts.iter();
        let found = scripts.find(|(name, _)| *name == file);
        found.map(|(_, block)| block.clone()).unwrap_or_default()
    }

    /// By key, with `{name}` where a module fills something in.
    fn script(&self, file: &File) -> serde_json::Map<String, serde_json::Value> {
        let mut args = FluentArgs::new();
        for name in variables(file.text) {
            args.set(name, format!("{{{name}}}"));
        }
        keys(file)
            .map(|key| (key.clone(), self.fill(&key, Some(&args)).into()))
            .collect()
    }

    fn fill(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'_, str> {
        let pattern = self
            .bundle
            .get_message(key)
            .and_then(|message| message.value());
        let Some(pattern) = pattern else {
            tracing::error!(key, "A text is missing");
            return Cow::Owned(key.to_owned());
        };
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "A text lacks what is filled in");
        }
        Cow::Owned(text.into_owned())
    }
}

fn resource(file: &File) -> FluentResource {
    match FluentResource::try_new(file.text.to_owned()) {
        Ok(resource) => resource,
        Err((_, errors)) => panic!("{}: {errors:?}", file.name),
    }
}

/// The keys of a file's messages: what stands before ` = ` at the beginning of a line.
fn keys(file: &File) -> impl Iterator<Item = String> {
    let key = |line: &str| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        key.starts_with(|first: char| first.is_ascii_lowercase())
            .then(|| key.to_owned())
    };
    file.text.lines().filter_map(key)
}

/// The names of what is filled in anywhere in a text: `$name`.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// By key, what is filled in.
    fn contents(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for file in files(language) {
            let mut key = String::new();
            for line in file.text.lines().filter(|line| !line.starts_with('#')) {
                if let Some(next) = keys(&File {
                    name: "",
                    text: line.to_owned().leak(),
                })
                .next()
                {
                    key = next;
                    let before = found.insert(key.clone(), BTreeSet::new());
                    assert!(before.is_none(), "{key} stands twice");
                }
                if let Some(names) = found.get_mut(&key) {
                    names.extend(variables(line).map(str::to_owned));
                }
            }
        }
        found
    }

    #[test]
    fn every_language_says_everything_and_fills_in_the_same() {
        let first = contents(Language::ALL[0]);
        for language in Language::ALL {
            assert_eq!(first, contents(language), "{}", language.name());
        }
    }

    #[test]
    fn every_key_that_is_asked_for_is_there() {
        let texts = Texts::new(Language::English);
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut asked = 0;
        for folder in [
            "templates",
            "templates/parts",
            "src",
            "src/pages",
            "src/api",
        ] {
            for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                let Ok(text) = std::fs::read_to_string(&path) else {
                    continue;
                };
                for call in [".get(\"", ".with(\"", ".with_two(\""] {
                    for rest in text.split(&format!("texts{call}")).skip(1) {
                        let key = rest.split('"').next().unwrap_or_default();
                        assert!(texts.has(key), "{key}, in {}", path.display());
                        asked += 1;
                    }
                }
            }
        }
        assert!(asked > 50, "the search finds the calls: {asked}");
    }

    #[test]
    fn a_script_gets_places_to_fill_in() {
        let texts = Texts::new(Language::English);
        let script = texts.script_block("script");
        assert!(
            script.contains(r#""script-time-left":"{time} left""#),
            "{script}"
        );
    }
}
