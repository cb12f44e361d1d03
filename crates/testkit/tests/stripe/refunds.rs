//! Refunds: money goes back, never more than has come.

use super::{Shop, code, id};

#[test]
fn refunds_end_when_nothing_is_left() {
    let shop = Shop::new();
    let intent = shop.captured();
    let refund = |amount: u32| {
        let form = format!("payment_intent={intent}&amount={amount}&metadata[why]=late");
        shop.post("/v1/refunds", &form)
    };
    let first = refund(1500).expect_json(200);
    assert_eq!(first["status"], "succeeded");
    assert_eq!(first["metadata"]["why"], "late");
    assert_eq!(code(&refund(501), 400), "amount_too_large");
    refund(500).expect_json(200);
    assert_eq!(code(&refund(1), 400), "charge_already_refunded");
    let money = &shop.fake.money()["a1"];
    assert_eq!((money.captured, money.refunded), (2000, 2000));
    let list = shop.get(&format!("/v1/refunds?payment_intent={intent}"));
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    let one = shop.get(&format!("/v1/refunds/{}", id(&first)));
    assert_eq!(one, first);
    assert_eq!(shop.told().pop().unwrap(), "charge.refunded");
}

#[test]
fn all_goes_back_without_an_amount() {
    let shop = Shop::new();
    let form = format!("payment_intent={}", shop.captured());
    let refund = shop.post("/v1/refunds", &form).expect_json(200);
    assert_eq!(refund["amount"], 2000);
    assert_eq!(shop.fake.refunds(), [refund]);
}

#[test]
fn what_was_never_captured_does_not_go_back() {
    let shop = Shop::new();
    let form = format!("payment_intent={}", shop.authorized());
    let answer = shop.post("/v1/refunds", &form);
    assert_eq!(code(&answer, 400), "payment_intent_unexpected_state");
    let answer = shop.post("/v1/refunds", "payment_intent=pi_none");
    assert_eq!(code(&answer, 400), "resource_missing");
}

#[test]
fn a_failed_refund_brings_the_money_back() {
    let shop = Shop::new();
    let form = format!("payment_intent={}", shop.captured());
    let refund = id(&shop.post("/v1/refunds", &form).expect_json(200));
    shop.fake.fail_refund(&refund).unwrap();
    shop.fake.fail_refund(&refund).unwrap_err();
    assert_eq!(shop.fake.money()["a1"].refunded, 0);
    assert_eq!(
        shop.get(&format!("/v1/refunds/{refund}"))["status"],
        "failed"
    );
    assert_eq!(shop.told().pop().unwrap(), "refund.failed");
    shop.post("/v1/refunds", &form).expect_json(200);
}
