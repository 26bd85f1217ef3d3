//! Flaws that are planted in the shop, each of which hits a known share of the visits to its page: what problems have to
//! find, in this order.

use std::collections::HashSet;

use super::{chance::happens, page::Click, shop::Address, visit::Visit};

/// A flaw of one element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault {
    /// The page that has it.
    pub(super) page: Spot,
    /// Path of the element.
    pub(super) element: &'static str,
    /// What is wrong with it.
    pub(super) flaw: Flaw,
    /// Share of the visits to the page that it hits.
    pub(super) share: f64,
}

/// A page of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    Home,
    Lamps,
    Product,
    Cart,
    Checkout,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A click on it does nothing.
    Dead,
    /// A click on it ends in a script error.
    Error,
}

const fn fault(page: Spot, element: &'static str, flaw: Flaw, share: f64) -> Fault {
    Fault { page, element, flaw, share }
}

/// Ten of them, by the share that they hit.
pub(super) const FAULTS: [Fault; 10] = [
    fault(Spot::Checkout, "#order", Flaw::Error, 0.5),
    fault(Spot::Product, "#add", Flaw::Dead, 0.4),
    fault(Spot::Cart, "#checkout", Flaw::Dead, 0.33),
    fault(Spot::Home, "#hero > a", Flaw::Error, 0.27),
    fault(Spot::Lamps, "#sort", Flaw::Dead, 0.22),
    fault(Spot::Product, "#size", Flaw::Error, 0.18),
    fault(Spot::Cart, "#apply", Flaw::Error, 0.14),
    fault(Spot::Home, "#newsletter > button", Flaw::Dead, 0.11),
    fault(Spot::Product, "#reviews", Flaw::Dead, 0.08),
    fault(Spot::Checkout, "#pay-card", Flaw::Dead, 0.06),
];

impl Spot {
    fn is(self, address: Address) -> bool {
        match self {
            Self::Home => address == Address::Home,
            Self::Lamps => matches!(address, Address::Category(0, _)),
            Self::Product => matches!(address, Address::Product(_)),
            Self::Cart => address == Address::Cart,
            Self::Checkout => address == Address::Checkout,
        }
    }

    /// The name of the page.
    #[cfg(test)]
    pub(super) fn name(self) -> String {
        let path = match self {
            Self::Home => "/",
            Self::Lamps => "/category/lamps",
            Self::Product => "/product/:id",
            Self::Cart => "/cart",
            Self::Checkout => "/checkout",
        };
        format!("https://shop.example{path}")
    }
}

/// The flaws of a shop, and which of them a visit has come to.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults {
    all: &'static [Fault],
    /// A visit comes to each once, however often it sees the page.
    met: HashSet<&'static str>,
}

impl Faults {
    pub(super) fn new(all: &'static [Fault]) -> Self {
        Self { all, met: HashSet::new() }
    }

    /// Whether the shop has flaws of its own: only when none are planted.
    pub(super) fn are_none(&self) -> bool {
        self.all.is_empty()
    }

    /// The flaws of a page that the visit has not come to before.
    fn meet(&mut self, address: Address) -> Vec<Fault> {
        let here = self.all.iter().filter(|fault| fault.page.is(address));
        here.filter(|fault| self.met.insert(fault.element)).copied().collect()
    }
}

impl Visit<'_> {
    /// Comes to the planted flaws of a page, and falls for some.
    pub(super) fn meet_faults(&mut self, address: Address) {
        for fault in self.faults.meet(address) {
            let item = self.page.items.iter().find(|item| item.element.path == fault.element).cloned();
            if let Some(mut item) = item.filter(|_| happens(&mut self.rng, fault.share)) {
                item.click = match fault.flaw {
                    Flaw::Dead => Click::Dead,
                    Flaw::Error => Click::Breaks,
                };
                self.use_item(&item);
            }
        }
    }
}
