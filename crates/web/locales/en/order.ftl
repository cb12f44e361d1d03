# An order from the moment of paying on.

order-pending-title = Your bank is being asked
order-pending-text = Your seats are safe while your bank answers. This page tells you as soon as it is known; you need not reload it.
order-action-title = On to the payment
order-action-text = Your seats are safe meanwhile. If you have paid already, this page tells you as soon as it is known.
order-go-on = Go on to the payment
order-confirmed-title = The seats are yours
order-confirmed-text = The payment has arrived. Enjoy it!
order-partly-refunded-title = Part of your order was paid back
order-partly-refunded-text = The other seats are yours.
order-refunded-title = Your order was paid back
order-refunded-text = The money is on its way; banks take some days.
order-declined-title = The payment was declined
order-declined-text = Nothing was charged. The seats stay yours for another try until their time is up.
order-voided-title = The payment took too long
order-voided-text = It was stopped, and you keep your money: whatever was set aside or still arrives is given back by itself.
order-cancelled-title = The order did not come about
order-cancelled-text = The payment could not be collected, or the event was called off. You keep your money: whatever was set aside is given back by itself.
order-try-again = Try again
order-refunded-amount = Paid back: { $amount }
order-number = Order number
order-placed = Ordered
order-print = Print
order-keep-link = Keep this link: it shows your order on any device, to everyone who has it.
order-link = My order
order-elsewhere = This browser did not order, so it shows no more. Your whole order is where you began it.

test-page-title = Test payment
test-page-pay = Pay { $amount }
test-page-pay-it = Pay
test-page-decline = Be declined
