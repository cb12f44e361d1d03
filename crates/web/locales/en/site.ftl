# What stands on every page, the list of events, and what goes wrong.

site-name = boxoffice
skip-to-content = Skip to the content
language-switch = Language
footer-promise = All prices include every fee and tax. Times are the venue’s own.
look-again = Look again
to-all-events = All events
price-from = from { $price }
price-all-in = all fees included
date-and-time = { $date }, { $time }

home-title = Tickets
home-heading = What’s on
home-description = Upcoming events: choose your seats on a live map, and pay what you see.
home-upcoming = Upcoming events
search-title = Search
search-keyword = Search
search-placeholder = Artist, event or venue
search-city = City
search-any-city = Anywhere
search-more = Date and price
search-from = From
search-to = To
search-max-price = At most, for a seat
search-currency = Currency
search-button = Search
search-results = What was found
search-nothing = Nothing was found. Try fewer words, another city or other days.
search-all = Show all events
search-next = Later events

status-cancelled = Cancelled
status-postponed = Postponed
status-sold-out = Sold out
status-sale-ended = Sale has ended
status-all-held = All seats are held just now
status-few-left = { $count ->
    [one] { $count } seat left
   *[other] { $count } seats left
}
on-sale-in-a-moment = On sale in a moment
on-sale-in-minutes = { $count ->
    [one] On sale in { $count } minute
   *[other] On sale in { $count } minutes
}
on-sale-in-hours = { $count ->
    [one] On sale in { $count } hour
   *[other] On sale in { $count } hours
}
on-sale-in-days = { $count ->
    [one] On sale in { $count } day
   *[other] On sale in { $count } days
}

seller-heading = Sold by
seller-terms = Terms of sale (opens a new tab)

trouble-again = { $count ->
    [one] This page tries again by itself in { $count } second.
   *[other] This page tries again by itself in { $count } seconds.
}
trouble-not-found-title = There is nothing here
trouble-not-found-text = The address may be mistyped, or the page has moved.
trouble-unknown-event-title = We do not know this event
trouble-unknown-event-text = The address may be mistyped. What is on stands in the list of events.
trouble-unknown-reservation-title = We do not know this reservation
trouble-unknown-reservation-text = Either the address is incomplete, or the seats were chosen in another browser: open it there. That it is unknown here does not mean that it has expired.
trouble-unknown-order-title = We do not know this order
trouble-unknown-order-text = The address may be incomplete. Use the whole link of your order.
trouble-too-busy-title = Very many people are here right now
trouble-too-busy-text = Nothing is lost and nothing was changed: seats that you hold stay yours until their time is up.
trouble-unavailable-title = We cannot answer for a moment
trouble-unavailable-text = Something that we need is not reachable. Nothing was changed.
trouble-outcome-unknown-title = We cannot tell yet whether that worked
trouble-outcome-unknown-text = Go back and look before you try again: if your seats are held or paid for, the page says so.
trouble-bad-form-title = We did not understand that
trouble-bad-form-text = Go back and try again. Nothing was changed.
trouble-foreign-title = That did not come from one of our pages
trouble-foreign-text = For your safety it was not carried out.
trouble-broken-title = Something went wrong on our side
trouble-broken-text = It has been written down. Try again in a moment.
