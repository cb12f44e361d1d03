# The checkout, and changing seats.

checkout-title = Your order
checkout-seats = Your seats
checkout-who = Who is buying
clock-heading = Time left
clock-text = minutes, in which these seats are yours alone
extend-button = I need more time
change-seats = Change seats
release-button = Let the seats go
change-title = Change your seats
change-text = Your seats stay yours while you look. The time goes on:
change-button = Take these seats instead

lines-seat = Seat
lines-price = Price
lines-total = Total
lines-returned = given back

field-name = Name
field-name-wrong = Write your name, please.
field-email = E-mail
field-email-why = For this order, and for nothing else.
field-email-wrong = Write a whole address, such as ada@example.org.

test-heading = Test payment
test-text = This is a test: no money moves, and no card is needed.
test-approved = A card that pays
test-declined = A card that is declined
test-insufficient = A card without enough money
test-slow = A bank that thinks for three seconds
test-redirect = A payment page of its own, as with 3-D Secure
pay-heading = Payment
pay-stripe = You pay on the page of our payment provider, Stripe, and come back here. Card numbers never reach us.
pay-no-provider = This box office takes no payments now. Your seats stay held until the time is up.

order-contract = With this button you order and enter into a contract with { $seller }.
order-and-pay = Order and pay { $total }
order-free = Order for free

declined-generic = The payment was declined, and nothing was charged. Your seats are still yours: try again or take another card.
declined-insufficient-funds = The bank says that there is not enough money on the card. Nothing was charged; your seats are still yours.
declined-expired-card = The card has expired. Nothing was charged; your seats are still yours.
declined-timed-out = The payment took too long and was stopped. Nothing was charged; your seats are still yours.
pay-provider-away = The payment provider cannot be reached just now. Nothing was charged; your seats are still yours. Try again in a moment.
pay-outcome-unknown = We cannot tell yet whether that worked. Press the button again: you cannot pay twice.
pay-busy = Very many people are paying right now. Nothing was charged; your seats are still yours. Try again in a moment.
pay-too-many-attempts = There were too many attempts to pay for these seats. Let them go and choose anew.

expired-title = The time is up
expired-text = The seats are free again for everyone, and nothing was charged. They may still be there: choose anew.
called-off-title = The event has been called off
called-off-text = Nothing was charged for these seats. Whoever has paid gets the money back without asking.
no-longer-held-title = These seats are no longer held
no-longer-held-text = No money is kept for them: whatever was set aside or taken is given back by itself.
change-taken = Somebody was a moment faster: at least one of the seats has gone to somebody else. Yours are still yours.
change-too-many = That is too many for one order. Yours are still yours.
pay-buyer-limit = You have as many seats of this event as one person may have. Nothing was charged.
released-title = You have let the seats go
released-text = Thank you: somebody else can have them now. Nothing was charged.
