//! Who sells the demo's tickets: one invented company a country, at addresses that nobody has.

use serde_json::{Value, json};

/// Country, name, address, and where mail goes.
const SELLERS: [(&str, &str, &str, &str); 11] = [
    (
        "AU",
        "Jacaranda Ticketing Pty Ltd",
        "40 Lantern Lane, Sydney NSW 2000",
        "tickets@jacaranda.example",
    ),
    (
        "CH",
        "Seehof Billette AG",
        "Seehofquai 3, 8002 Zürich",
        "billette@seehof.example",
    ),
    (
        "CZ",
        "Orloj Vstupenky s.r.o.",
        "Lampářská 5, 110 00 Praha 1",
        "listky@orloj.example",
    ),
    (
        "DE",
        "Falkenufer Karten GmbH",
        "Am Falkenufer 12, 10243 Berlin",
        "karten@falkenufer.example",
    ),
    (
        "GB",
        "Saltmarsh Box Office Ltd",
        "9 Aldermoor Row, London WC2N 9ZZ",
        "tickets@saltmarsh.example",
    ),
    (
        "GR",
        "Lyskara Eisitiria A.E.",
        "Lofos Lyskara 1, 105 58 Athina",
        "tickets@lyskara.example",
    ),
    (
        "IT",
        "Biglietteria Serafina S.r.l.",
        "Via delle Lanterne 7, 20121 Milano",
        "biglietti@serafina.example",
    ),
    (
        "JP",
        "Hoshimachi Ticket K.K.",
        "2-9-1 Hoshimachi, Tokyo",
        "tickets@hoshimachi.example",
    ),
    (
        "PL",
        "Bilety Meteor Sp. z o.o.",
        "ul. Meteorowa 4, 31-000 Kraków",
        "bilety@meteor.example",
    ),
    (
        "PT",
        "Bilheteira das Marés Lda.",
        "Rua das Lanternas 18, 1100-000 Lisboa",
        "bilhetes@mares.example",
    ),
    (
        "US",
        "Night Ferry Ticketing LLC",
        "600 Lantern Street, New York, NY 10000",
        "tickets@nightferry.example",
    ),
];

/// The seller of a country's events, as a catalogue has it.
pub(super) fn seller(country: &str) -> Option<Value> {
    let found = SELLERS.iter().find(|(code, ..)| *code == country);
    found.map(|(_, name, address, email)| {
        json!({"name": name, "address": address, "email": email, "terms_url": null})
    })
}
