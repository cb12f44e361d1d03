//! The index itself: documents go in by key, keys come out best first. It holds no event, and no
//! thread between two changes.

use std::collections::BTreeSet;

use parking_lot::Mutex;
use tantivy::indexer::IndexWriterOptions;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, SegmentReader, TantivyDocument, Term,
};

use crate::error::SearchError;
use crate::matching::ranks;
use crate::query::{QueryWord, query_words};
use crate::rank::{Place, Rank};
use crate::terms::add_terms;

/// What a writer gathers before it begins a new segment, in bytes: the least that tantivy takes.
const WRITER_BUDGET: usize = 15_000_000;

/// The names of one event, borrowed while they are indexed.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The caller's number for the event; a later document with the same key takes its place.
    pub key: u64,
    /// The event's name.
    pub name: &'a str,
    /// Who plays.
    pub artists: &'a [String],
    /// The venue's name.
    pub venue: &'a str,
    /// The venue's city.
    pub city: &'a str,
}

/// A document that matched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The document's key.
    pub key: u64,
    /// How well the keyword matched, a whole number: higher is better, equal is a tie for the
    /// caller to break. 0 for all when there is no keyword. Comparable within one answer only.
    pub score: f32,
}

#[derive(Clone, Copy)]
struct Fields {
    key: Field,
    name: Field,
    artist: Field,
    venue: Field,
    city: Field,
}

/// An index of names in memory. Shared by reference between threads: searches never wait, changes
/// wait for each other.
pub struct SearchIndex {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    /// Held by whoever changes the index: tantivy knows one writer at a time.
    writing: Mutex<()>,
}

impl SearchIndex {
    /// An empty index.
    ///
    /// # Errors
    /// [`SearchError::SetUp`], which only a lack of memory explains.
    pub fn new() -> Result<Self, SearchError> {
        let (schema, fields) = schema();
        let index = Index::create_in_ram(schema);
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(SearchError::SetUp)?;
        Ok(Self {
            index,
            reader,
            fields,
            writing: Mutex::new(()),
        })
    }

    /// Puts `documents` into the index, each in the place of an earlier one with its key, the last
    /// of a key twice in `documents` winning. All at once: a search sees none of them or all.
    ///
    /// # Errors
    /// [`SearchError::Change`]; the index is then as before.
    pub fn replace<'a>(
        &self,
        documents: impl IntoIterator<Item = Document<'a>>,
    ) -> Result<(), SearchError> {
        self.change(|writer| {
            for document in documents {
                writer.delete_term(Term::from_field_u64(self.fields.key, document.key));
                writer.add_document(self.stored(&document))?;
            }
            Ok(())
        })
    }

    /// Takes the documents with `keys` out of the index, all at once; unknown keys are no matter.
    ///
    /// # Errors
    /// [`SearchError::Change`]; the index is then as before.
    pub fn remove(&self, keys: &[u64]) -> Result<(), SearchError> {
        self.change(|writer| {
            for &key in keys {
                writer.delete_term(Term::from_field_u64(self.fields.key, key));
            }
            Ok(())
        })
    }

    /// All documents that match, best first, then by key.
    ///
    /// Every word of `keyword` must be found among the names, every word of `city` in the city's.
    /// Absent or blank, a parameter asks for nothing; with punctuation only it matches nothing.
    /// Of a keyword the first 16 words count. The city does not count in the score.
    ///
    /// # Errors
    /// [`SearchError::Read`]; never because of what was asked.
    pub fn search(
        &self,
        keyword: Option<&str>,
        city: Option<&str>,
    ) -> Result<Vec<Hit>, SearchError> {
        let keyword = wanted(keyword)?;
        let city = wanted(city)?;
        let mut hits = Vec::new();
        for segment in self.reader.searcher().segment_readers() {
            self.search_segment(segment, keyword.as_deref(), city.as_deref(), &mut hits)
                .map_err(SearchError::Read)?;
        }
        hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.key.cmp(&b.key)));
        Ok(hits)
    }

    fn search_segment(
        &self,
        segment: &SegmentReader,
        keyword: Option<&[QueryWord]>,
        city: Option<&[QueryWord]>,
        hits: &mut Vec<Hit>,
    ) -> tantivy::Result<()> {
        let by_keyword = keyword
            .map(|words| ranks(segment, &self.places(), words))
            .transpose()?;
        let in_city = [(Place::City, self.fields.city)];
        let by_city = city
            .map(|words| ranks(segment, &in_city, words))
            .transpose()?;
        let keys = segment.fast_fields().u64("key")?;
        for document in segment.doc_ids_alive() {
            let rank = |ranks: &Option<Vec<Rank>>| ranks.as_ref().map(|all| all[document as usize]);
            let (by_keyword, by_city) = (rank(&by_keyword), rank(&by_city));
            if by_keyword == Some(0) || by_city == Some(0) {
                continue;
            }
            if let Some(key) = keys.first(document) {
                hits.push(Hit {
                    key,
                    score: f32::from(by_keyword.unwrap_or(0)),
                });
            }
        }
        Ok(())
    }

    fn places(&self) -> [(Place, Field); 4] {
        [
            (Place::Name, self.fields.name),
            (Place::Artist, self.fields.artist),
            (Place::Venue, self.fields.venue),
            (Place::City, self.fields.city),
        ]
    }

    fn change(
        &self,
        change: impl FnOnce(&IndexWriter) -> tantivy::Result<()>,
    ) -> Result<(), SearchError> {
        let _writing = self.writing.lock();
        self.commit(change).map_err(SearchError::Change)
    }

    /// A writer lives for one change only: its threads end and its memory is given back.
    fn commit(
        &self,
        change: impl FnOnce(&IndexWriter) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_BUDGET)
            .build();
        let mut writer: IndexWriter = self.index.writer_with_options(options)?;
        change(&writer)?;
        writer.commit()?;
        writer.wait_merging_threads()?;
        self.reader.reload()
    }

    fn stored(&self, document: &Document<'_>) -> TantivyDocument {
        let mut stored = TantivyDocument::new();
        stored.add_u64(self.fields.key, document.key);
        let mut add = |field, texts: &mut dyn Iterator<Item = &str>| {
            let mut terms = BTreeSet::new();
            texts.for_each(|text| add_terms(text, &mut terms));
            terms
                .into_iter()
                .for_each(|term| stored.add_text(field, term));
        };
        add(self.fields.name, &mut std::iter::once(document.name));
        add(
            self.fields.artist,
            &mut document.artists.iter().map(String::as_str),
        );
        add(self.fields.venue, &mut std::iter::once(document.venue));
        add(self.fields.city, &mut std::iter::once(document.city));
        stored
    }
}

fn schema() -> (Schema, Fields) {
    // Terms come ready-made, one value each, and only whether a document has one matters.
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::Basic);
    let terms = TextOptions::default().set_indexing_options(indexing);
    let mut schema = Schema::builder();
    let fields = Fields {
        key: schema.add_u64_field("key", INDEXED | FAST),
        name: schema.add_text_field("name", terms.clone()),
        artist: schema.add_text_field("artist", terms.clone()),
        venue: schema.add_text_field("venue", terms.clone()),
        city: schema.add_text_field("city", terms),
    };
    (schema.build(), fields)
}

fn wanted(parameter: Option<&str>) -> Result<Option<Vec<QueryWord>>, SearchError> {
    match parameter {
        Some(text) if !text.trim().is_empty() => query_words(text).map(Some),
        _ => Ok(None),
    }
}
