//! Who may come in: places for all connections together and for each address. What a place is used
//! for is not its business.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::Limits;

/// Why somebody was not let in; the label of `http_connections_refused_total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    House,
    Address,
}

impl Full {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Full::House => "max_connections",
            Full::Address => "max_connections_per_address",
        }
    }
}

pub(crate) struct Room {
    places: Arc<Semaphore>,
    per_address: Option<usize>,
    limit_local: bool,
    addresses: Mutex<HashMap<IpAddr, usize>>,
}

impl Room {
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        let most = limits.max_connections.min(Semaphore::MAX_PERMITS);
        Arc::new(Room {
            places: Arc::new(Semaphore::new(most)),
            per_address: limits.max_connections_per_address,
            limit_local: limits.limit_local_addresses,
            addresses: Mutex::default(),
        })
    }

    /// A place for a connection from `address`, until it is dropped.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr) -> Result<Place, Full> {
        let permit = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| Full::House)?;
        let counted = match self.per_address {
            Some(most) if self.limit_local || !is_local(address) => {
                let household = household(address);
                let mut addresses = self.addresses.lock();
                let count = addresses.entry(household).or_default();
                if *count >= most {
                    if most == 0 {
                        addresses.remove(&household);
                    }
                    return Err(Full::Address);
                }
                *count += 1;
                Some(household)
            }
            _ => None,
        };
        metrics::gauge!("http_connections").increment(1);
        Ok(Place {
            room: Arc::clone(self),
            counted,
            _permit: permit,
        })
    }
}

/// A connection's place. That it is given back when dropped holds even if a handler panics.
pub(crate) struct Place {
    room: Arc<Room>,
    counted: Option<IpAddr>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("http_connections").decrement(1);
        let Some(household) = self.counted else {
            return;
        };
        let mut addresses = self.room.addresses.lock();
        if let Some(count) = addresses.get_mut(&household) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&household);
            }
        }
    }
}

/// One household's addresses as one: a /64 is what an IPv6 customer is given, and may choose from.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let network = v6.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
    }
}

/// Whether the internet does not route `address`.
fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(most: usize, per_address: usize) -> Arc<Room> {
        Room::new(&Limits {
            max_connections: most,
            max_connections_per_address: Some(per_address),
            ..Limits::default()
        })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_place_given_back_is_given_again() {
        let room = room(1, 1);
        let place = room.enter(ip("192.0.2.1")).ok();
        assert_eq!(room.enter(ip("192.0.2.2")).err(), Some(Full::House));
        drop(place);
        assert!(room.enter(ip("192.0.2.2")).is_ok());
        assert!(room.addresses.lock().is_empty());
    }

    #[test]
    fn one_address_does_not_take_the_places_of_others() {
        let room = room(10, 2);
        let _places = [room.enter(ip("192.0.2.1")), room.enter(ip("192.0.2.1"))];
        assert_eq!(room.enter(ip("192.0.2.1")).err(), Some(Full::Address));
        assert!(room.enter(ip("192.0.2.2")).is_ok());
    }

    #[test]
    fn a_customer_of_ipv6_is_one_whatever_address_it_chooses() {
        let room = room(10, 1);
        let _place = room.enter(ip("2001:db8::1"));
        assert_eq!(room.enter(ip("2001:db8::2")).err(), Some(Full::Address));
        assert!(room.enter(ip("2001:db8:0:1::1")).is_ok());
    }

    #[test]
    fn our_own_proxies_are_not_counted_unless_wanted() {
        let room = room(10, 0);
        for address in ["127.0.0.1", "10.0.0.1", "::1", "fd00::1"] {
            assert!(room.enter(ip(address)).is_ok(), "{address}");
        }
        let strict = Room::new(&Limits {
            max_connections_per_address: Some(0),
            limit_local_addresses: true,
            ..Limits::default()
        });
        assert_eq!(strict.enter(ip("127.0.0.1")).err(), Some(Full::Address));
    }
}
