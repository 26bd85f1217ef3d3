//! The twelve ways to pay, five of which are broken on purpose.

/// A payment button of the checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Payment {
    /// Names the button: its id is `pay-` and this.
    pub slug: &'static str,
    /// What the button says.
    pub name: &'static str,
    /// Whether pressing it leads anywhere. The page itself does not tell: `shop.js` has no handler for the others.
    pub works: bool,
}

const fn works(slug: &'static str, name: &'static str) -> Payment {
    Payment { slug, name, works: true }
}

const fn dead(slug: &'static str, name: &'static str) -> Payment {
    Payment { slug, name, works: false }
}

/// All payment buttons, in the order of the page.
pub const PAYMENTS: [Payment; 12] = [
    works("orbit", "Orbit"),
    dead("nova", "Nova"),
    works("card", "Card"),
    dead("ledger", "Ledger"),
    works("tap", "Tap"),
    works("bank", "Bank"),
    dead("coinage", "Coinage"),
    dead("later", "Later"),
    works("gift", "Gift"),
    works("wire", "Wire"),
    dead("points", "Points"),
    works("voucher", "Voucher"),
];
