//! What plays: every name, band, play and club here is invented.

use super::Event;
use super::venues::{
    ALDERMOOR, HARBOUR_STEPS, HERON, HOLLOWMERE, HOSHIMACHI, KESTREL, LANTERN, LYSKARA, METEOR,
    SEEHOF, SERAFINA, WINTER_GARDEN,
};

/// What most events share.
const EVENT: Event = Event {
    id: "",
    name: "",
    artists: &[],
    description: "",
    venue: &ALDERMOOR,
    days: 30,
    starts: (19, 30),
    on_sale_in_days: None,
    status: "scheduled",
    prices: &[],
    areas: &[],
    max_seats: 8,
};

pub(super) const PROGRAMME: [Event; 16] = [
    Event {
        id: "shield-final",
        name: "Northern Shield Final: Harbour Athletic v Saltmarsh United",
        artists: &["Harbour Athletic", "Saltmarsh United"],
        description: "Ninety minutes for the oldest silver in the north. Harbour Athletic have lost four \
                  finals in a row; Saltmarsh United have never played one. Gates open three hours \
                  before kick-off, brass bands in all four corners.",
        venue: &HOLLOWMERE,
        days: 74,
        starts: (15, 0),
        prices: &[
            ("Club", 18_500),
            ("Category 1", 12_500),
            ("Category 2", 8900),
            ("Category 3", 6400),
            ("Category 4", 3900),
        ],
        max_seats: 6,
        ..EVENT
    },
    Event {
        id: "neon-cartography",
        name: "Neon Cartography: The Paper Oceans Tour",
        artists: &["Neon Cartography", "Low Tide Radio"],
        description: "Three synthesisers, one cello and a wall of light that is drawn anew every night. \
                  The Berlin quartet bring their second album home; Low Tide Radio open.",
        venue: &KESTREL,
        days: 41,
        starts: (20, 0),
        prices: &[
            ("Standing", 6900),
            ("Front pit", 11_900),
            ("Lower tier", 8900),
            ("Side view", 5400),
            ("Upper tier", 4900),
        ],
        areas: &[("Front Pit", "Front pit", 400), ("Floor", "Standing", 2600)],
        ..EVENT
    },
    Event {
        id: "velvet-antenna",
        name: "Velvet Antenna: Last Broadcast",
        artists: &["Velvet Antenna"],
        description: "After twenty years the loudest quiet band there is says goodbye with a single \
                  night. Tickets go on sale to everyone at the same second.",
        venue: &KESTREL,
        days: 118,
        starts: (20, 30),
        on_sale_in_days: Some(9),
        prices: &[
            ("Standing", 7900),
            ("Front pit", 14_900),
            ("Lower tier", 9900),
            ("Side view", 6400),
            ("Upper tier", 5900),
        ],
        areas: &[("Front Pit", "Front pit", 400), ("Floor", "Standing", 2600)],
        max_seats: 4,
        ..EVENT
    },
    Event {
        id: "lanterna-inverno",
        name: "La lanterna d’inverno",
        artists: &["Orchestra Serafina", "Coro dei Navigli"],
        description: "An opera in three acts about a lamplighter who keeps one street bright through the \
                  longest night of the year. Sung in Italian with English and Italian surtitles; \
                  three hours with two intervals.",
        venue: &SERAFINA,
        days: 26,
        starts: (20, 0),
        prices: &[
            ("Parterre", 18_000),
            ("First ring", 15_000),
            ("Second ring", 11_000),
            ("Third ring", 7500),
            ("Gallery", 2500),
        ],
        ..EVENT
    },
    Event {
        id: "clockmakers-daughter",
        name: "The Clockmaker’s Daughter",
        artists: &["Compagnia Meridiana"],
        description: "A ballet for everyone from six years up: toys, snow, and one clock that runs \
                  backwards. Two hours with one interval.",
        venue: &SERAFINA,
        days: 33,
        starts: (15, 30),
        prices: &[
            ("Parterre", 9500),
            ("First ring", 8000),
            ("Second ring", 6000),
            ("Third ring", 4500),
            ("Gallery", 1800),
        ],
        ..EVENT
    },
    Event {
        id: "cartographers-apprentice",
        name: "The Cartographer’s Apprentice",
        artists: &["Aldermoor Players"],
        description: "She was hired to ink the coastlines. She starts to add an island. A new play about \
                  maps, lies and the sea, with live music.",
        venue: &ALDERMOOR,
        days: 12,
        starts: (19, 30),
        prices: &[
            ("Premium", 8950),
            ("Standard", 5950),
            ("Value", 3500),
            ("Restricted view", 1950),
        ],
        ..EVENT
    },
    Event {
        id: "penny-farthing",
        name: "Penny Farthing! The Musical",
        artists: &["Aldermoor Players", "The Spoke Orchestra"],
        description: "One very tall bicycle, nineteen songs and a race from London to Brighton that \
                  really happens, more or less, on the stage.",
        venue: &ALDERMOOR,
        days: 58,
        starts: (19, 0),
        prices: &[
            ("Premium", 9900),
            ("Standard", 6900),
            ("Value", 4200),
            ("Restricted view", 2200),
        ],
        ..EVENT
    },
    Event {
        id: "paper-moons",
        name: "Rin Ikeda: Paper Moons",
        artists: &["Rin Ikeda"],
        description: "Rin Ikeda at the piano, alone, with the songs she wrote on night trains. No \
                  support, no interval, no encore: she says so herself.",
        venue: &HOSHIMACHI,
        days: 47,
        starts: (18, 30),
        prices: &[
            ("Premium", 14_800),
            ("Standard", 9800),
            ("Value", 6800),
            ("Restricted view", 4800),
        ],
        max_seats: 4,
        ..EVENT
    },
    Event {
        id: "chorus-of-islands",
        name: "A Chorus of Islands",
        artists: &["Lyskara Festival Ensemble"],
        description: "Old stones, new words: forty voices tell the story of an archipelago that refuses \
                  to be one country. Bring a cushion for the upper steps.",
        venue: &LYSKARA,
        days: 163,
        starts: (21, 0),
        prices: &[
            ("Cushioned", 6500),
            ("Lower steps", 4200),
            ("Upper steps", 2200),
        ],
        ..EVENT
    },
    Event {
        id: "night-ferries",
        name: "Marlow & the Night Ferries",
        artists: &["Marlow & the Night Ferries", "June Calloway"],
        description: "River soul for a standing floor, supper at the tables, and the best view in the \
                  house from the gallery rail. June Calloway opens at eight.",
        venue: &LANTERN,
        days: 19,
        starts: (20, 0),
        prices: &[("Standing", 4500), ("Table", 9500), ("Gallery", 6500)],
        areas: &[("Floor", "Standing", 450)],
        ..EVENT
    },
    Event {
        id: "quiet-thunder",
        name: "Quiet Thunder",
        artists: &["Quiet Thunder"],
        description: "Two drummers and a theremin. The band have had to call off their tour; \
                  tickets are refunded by themselves.",
        venue: &LANTERN,
        days: 24,
        starts: (21, 0),
        status: "cancelled",
        prices: &[("Standing", 3500), ("Table", 7000), ("Gallery", 5000)],
        areas: &[("Floor", "Standing", 450)],
        ..EVENT
    },
    Event {
        id: "winter-gala",
        name: "Winter Garden Gala",
        artists: &["The Orangery Orchestra"],
        description: "Four courses, a full dance orchestra and an auction for the city’s children’s \
                  library. Evening dress; carriages at two.",
        venue: &WINTER_GARDEN,
        days: 38,
        starts: (19, 0),
        prices: &[
            ("Top table", 120_000),
            ("Dance floor", 65_000),
            ("Ballroom", 45_000),
        ],
        max_seats: 10,
        ..EVENT
    },
    Event {
        id: "lake-ball",
        name: "Seehof Lake Ball",
        artists: &["Salonorchester Seehof"],
        description: "Waltzes until midnight, everything else after it. Supper at your table, and the \
                  lake in every window.",
        venue: &SEEHOF,
        days: 52,
        starts: (20, 0),
        prices: &[
            ("Top table", 42_000),
            ("Dance floor", 28_000),
            ("Ballroom", 19_500),
        ],
        max_seats: 10,
        ..EVENT
    },
    Event {
        id: "silent-moon",
        name: "A Silent Moon: film with live organ",
        artists: &["Tereza Havlová"],
        description: "A restored science-fiction silent of 1924, found in a biscuit tin, with a new \
                  score for the cinema’s own small organ.",
        venue: &METEOR,
        days: 8,
        starts: (20, 15),
        prices: &[("Seat", 32_000), ("Sofa for two", 42_000)],
        ..EVENT
    },
    Event {
        id: "harbour-lights",
        name: "Harbour Lights: an evening of southern skies",
        artists: &["Southern Cross Philharmonic"],
        description: "The orchestra plays outdoors at dusk, the astronomers talk in between, and the \
                  last movement is lit by the stars alone.",
        venue: &HARBOUR_STEPS,
        days: 92,
        starts: (19, 45),
        prices: &[
            ("Cushioned", 12_900),
            ("Lower steps", 8900),
            ("Upper steps", 4900),
        ],
        ..EVENT
    },
    Event {
        id: "sold-out",
        name: "Inês Caldeira Trio: The Small Hours",
        artists: &["Inês Caldeira Trio"],
        description: "Double bass, guitar and one of the great voices of the old town, in a cellar that \
                  holds sixty.",
        venue: &HERON,
        days: 15,
        starts: (22, 0),
        prices: &[("Table", 3800), ("Bar stool", 2400)],
        ..EVENT
    },
];
