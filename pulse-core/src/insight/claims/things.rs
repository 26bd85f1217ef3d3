//! Things that models like to see on pages they have not seen: each has to stand in a cited fact.

use super::words::{lower, phrases, words};
use crate::insight::brief::Citable;

/// Nouns in the singular. What every page has, such as a button, a link or a text, is not among them.
const THINGS: &str = "popup, pop-up, modal, overlay, banner, chat, chatbot, cookie, captcha, reader, keyboard, terms, condition, \
     policy, image, picture, photo, video, animation, carousel, slider, gallery, zoom, menu, navigation, search, \
     filter, sort, login, account, profile, newsletter, ad, advert, advertisement, address, phone, email, e-mail, \
     coupon, voucher, discount, review, rating, star, map, calendar, date, dropdown, checkbox, tooltip, sidebar, \
     header, footer, navbar, logo, icon, table, chart, download, language, translation, connection, wifi, screen, \
     battery, printer, window, corner, tab, browser, extension, blocker, subscription, invoice, receipt, \
     shipping, delivery, postcode, country, size, stock, wishlist, basket, cart, checkout, bookmark, blog, faq, support, \
     helpline, hotline, spinner, loader, progress, wizard, breadcrumb, pagination, notification, sound, \
     music, camera, microphone";

/// The thing that a word names.
pub(super) fn thing(word: &str) -> Option<&'static str> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    phrases(THINGS).find(|thing| *thing == word || *thing == singular)
}

/// Whether a fact speaks of it.
pub(super) fn has_thing(fact: &Citable, thing: &str) -> bool {
    let texts = fact.names.iter().chain(&fact.element).chain(&fact.page).chain([&fact.text, &fact.kind]);
    let names = |text: &String| {
        let text = text.replace(['/', '_', '-', '#', '.'], " ");
        words(&text).iter().any(|word| self::thing(&lower(word.core)) == Some(thing))
    };
    texts.into_iter().any(names) || fact.figures.iter().any(|figure| names(&figure.name))
}
