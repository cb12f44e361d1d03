# What small modules say: the countdown, the live list, the order's page. They fill in the rest.

script-time-left = { $time } left
script-one-minute = One minute left. You can extend the time once.
script-one-minute-last = One minute left.
script-time-up = The time is up.
script-extended = The time was extended.
script-paying = Your payment is under way. Please do not close this page.
script-offline = The connection is lost. Your seats stay yours until the time is up.
script-online = The connection is back.
script-chosen-one = { $count } seat chosen, { $total }
script-chosen-other = { $count } seats chosen, { $total }
script-limit = More than { $count } seats are not possible.
script-lost = { $seat } has just gone to somebody else.
script-status-available = available
script-status-held = held by somebody
script-status-booked = sold
script-status-blocked = not for sale
script-status-mine = yours
script-stale = The connection is lost: the list may be out of date.
script-live = The list is live again.
script-found-one = { $count } event found
script-found-other = { $count } events found
script-found-more = More than { $count } events found
