//! A database that is away for a while, as a whole or for one node: writing is refused and says so,
//! the map goes on from memory and says how old it is, and all works again by itself.

use boxoffice_testkit::{Client, Office, PostgresServer, PostgresVersion, Proxy};
use serde_json::Value;

use crate::cluster::{SOON, again, nodes, shared, until, until_all_show_the_same, workshop_at};
use crate::house::{catalogue, catalogue_of, held, hold, id, pay, seat_status};
use crate::shoppers::Shoppers;

/// What a buyer of standing places has before the trouble.
struct Before {
    buyer: Client,
    reservation: Value,
}

impl Before {
    /// Both nodes know of it, and have a map.
    fn of(nodes: [&Office; 2]) -> Self {
        let buyer = nodes[0].client().with_session();
        let reservation = held(&buyer, &["Floor-18"]);
        until_all_show_the_same(&nodes);
        Before { buyer, reservation }
    }

    /// Every way to write is refused in the words of the contract, and soon; the map goes on.
    #[track_caller]
    fn assert_away(&self, office: &Office) {
        let client = self.buyer.at(office.address);
        until("the node says that it is not ready", || {
            client.get("/readyz").status == 503
        });
        let path = format!("/v1/reservations/{}", id(&self.reservation));
        let keep = r#"{"seat_ids":["Floor-20"]}"#.to_owned();
        let payment = pay(&self.reservation, "tok_visa", "k");
        let writes = [
            (
                "POST",
                "/v1/reservations".to_owned(),
                hold(&["Floor-19"]),
                SOON,
            ),
            ("POST", format!("{path}/extend"), String::new(), SOON),
            ("PUT", format!("{path}/seats"), keep, SOON),
            ("DELETE", path, String::new(), SOON),
            ("POST", "/v1/bookings".into(), payment, SOON),
        ];
        for (method, path, body, bound) in writes {
            let sent = client
                .within(bound)
                .send(method, &path, Some(body.as_bytes()));
            let refused = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
            assert_eq!(refused.problem(503), "store-unavailable", "{method} {path}");
            assert!(
                refused.header("retry-after").is_some(),
                "{}",
                refused.text()
            );
        }
        assert_eq!(client.get("/healthz").status, 200);
        assert_eq!(client.get("/v1/events/night").status, 200);
        assert_eq!(seat_status(&client, "Floor-18"), "held");
        until("the map says how old it is", || {
            let seats = client.get("/v1/events/night/seats");
            seats.status == 200 && seats.header("seat-map-age").is_some()
        });
    }

    /// It works again by itself.
    #[track_caller]
    fn assert_back(&self, office: &Office) {
        let client = self.buyer.at(office.address);
        until("the node is ready", || client.get("/readyz").status == 200);
        until("the map is fresh", || {
            client
                .get("/v1/events/night/seats")
                .header("seat-map-age")
                .is_none()
        });
        let found = client.get(&format!("/v1/reservations/{}", id(&self.reservation)));
        assert_eq!(found.expect_json(200)["seats"], self.reservation["seats"]);
    }
}

#[test]
fn a_server_that_dies_or_freezes_under_load_loses_nothing() {
    let server = PostgresServer::start(PostgresVersion::System);
    let workshop = workshop_at(&server.new_database(), &catalogue_of(60, 30));
    let [first, second] = nodes(&workshop, &[]);
    let before = Before::of([&first, &second]);
    let shoppers = Shoppers::gather(&[first.address, second.address], 4);
    shoppers.wait_for(200);
    server.kill();
    before.assert_away(&first);
    before.assert_away(&second);
    server.restart();
    before.assert_back(&first);
    before.assert_back(&second);
    shoppers.wait_for(200);
    server.freeze();
    before.assert_away(&first);
    before.assert_away(&second);
    server.thaw();
    before.assert_back(&first);
    before.assert_back(&second);
    shoppers.wait_for(200);
    let told = shoppers.told();
    println!("{}", told.summary());
    until_all_show_the_same(&[&first, &second]);
    told.assert_kept(first.address);
    told.assert_always_answered();
    assert!(told.refusals > 0);
    workshop.audit();
    assert!(first.stop() && second.stop());
}

#[test]
fn a_node_whose_network_is_gone_stops_nobody_else() {
    let name = shared().new_database_name();
    let proxy = Proxy::before(shared().address());
    let workshop = workshop_at(&shared().url(&name), &catalogue_of(60, 30));
    let behind = again(&shared().url_at(proxy.address(), &name));
    let (cut, whole) = (behind.serve(&[]), workshop.serve(&[]));
    let before = Before::of([&whole, &cut]);
    let shoppers = Shoppers::gather(&[cut.address, whole.address], 4);
    for trouble in [Proxy::silence, Proxy::cut] {
        shoppers.wait_for(200);
        trouble(&proxy);
        before.assert_away(&cut);
        assert_eq!(whole.client().get("/readyz").status, 200);
        // All of them come here meanwhile.
        shoppers.wait_for(200);
        proxy.pass();
        before.assert_back(&cut);
    }
    shoppers.wait_for(200);
    let told = shoppers.told();
    println!("{}", told.summary());
    until_all_show_the_same(&[&cut, &whole]);
    told.assert_kept(cut.address);
    told.assert_kept(whole.address);
    told.assert_always_answered();
    workshop.audit();
    assert!(cut.stop() && whole.stop());
}

#[test]
fn an_answer_that_is_lost_leaves_one_node_in_the_dark_and_a_retry_finds_out() {
    let name = shared().new_database_name();
    let proxy = Proxy::before(shared().address());
    let workshop = workshop_at(&shared().url(&name), &catalogue());
    let behind = again(&shared().url_at(proxy.address(), &name));
    let (dark, whole) = (behind.serve(&[]), workshop.serve(&[]));
    held(&dark.client(), &["1-1"]);
    let buyer = dark.client().with_session().with("idempotency-key", "k");
    let hold_at = |office: &Office| {
        let buyer = buyer.at(office.address);
        buyer.post("/v1/reservations", &hold(&["1-2", "1-3"]))
    };
    proxy.lose_answer_after(b"COMMIT");
    let unknown = hold_at(&dark);
    assert_eq!(unknown.problem(503), "outcome-unknown");
    assert!(unknown.header("retry-after").is_some());
    let found = hold_at(&whole).expect_json(201);
    proxy.cut();
    proxy.pass();
    until("the node has its database back", || {
        hold_at(&dark).status != 503
    });
    assert_eq!(hold_at(&dark).expect_json(201), found);
    until_all_show_the_same(&[&dark, &whole]);
    assert_eq!(seat_status(&dark.client(), "1-3"), "held");
    workshop.audit();
}
