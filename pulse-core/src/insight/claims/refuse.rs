//! What no claim may say, whatever it cites: quantities that no slot stands for, markup and addresses, words that bid the
//! reader do something other than change the site, and text that is not English.

use super::words::{is_phrase, phrases, places, sentences, words};
use crate::insight::language_model::Completion;

/// Words of quantity that no fact is told in.
const QUANTITIES: &str = "half, halves, most, mostly, all, none, every, everyone, everybody, everything, each visitor, each user, each \
     visit, each session, each person, each of, majority, minority, always, nobody, no one, no visitor, no \
     visitors, no user, no users, any visitor, any user, countless, innumerable, entire, percentage, a lot of, \
     lots of, plenty of, whole, hardly, barely, scarcely, an hour, hours, both times, a third, two thirds";

/// The same where a recommendation says what is to be done: there "every field" is one's own.
const QUANTITIES_OF_PEOPLE: &str = "half of, half the, most of, most visitors, most users, most people, most customers, all visitors, all users, \
     all people, all customers, all of the visitors, every visitor, every user, every customer, every visit, \
     every session, all sessions, all visits, majority, minority, nobody, no one, everyone, everybody, none of, \
     no visitor, no visitors, no users, percentage of";

/// Where "all" and "most" count nothing.
const IDIOMS: &str = "at all, after all, all the way, all along, first of all, at most, almost all but, as a whole, on the \
     whole, hardly any room";

/// Things that belong to the reader's machine or accounts and never to a page's design.
const SENSITIVE: &str = "api key, api keys, token, tokens, credential*, secret, secrets, passcode, admin, administrator, root, ssh, \
     iban, wallet, bitcoin*, crypto*, gift card number*, database, databases, terminal, console, command line, \
     shell, powershell, attachment*, export, exports, backup*, recordings, all sessions, session data, visitor \
     data, user data, customer data, personal data, log file*, logs, system prompt, developer mode, these \
     instructions, previous instructions, above instructions, the instructions above, your instructions, language \
     model, as an ai, jailbreak, bank account, account number*, card number*, social security, severity, invoice, \
     sudo, curl, npm, pip install, script tag, your password, your account, your email, your e-mail, your card, \
     your browser, your computer, your phone, security alert, urgent*, suspended, verify your, confirm your, act \
     now, your licence, your license, licence*, license*, this report, this analysis, this message, the team, the \
     owner, remaining insights, the text above, word for word, security policy, firewall, telegram, gift card*, \
     positive review*, police, your password, support your, configuration, click here, tap here, limited offer, congratulations";

/// Verbs with which a sentence bids the reader do something outside of the site's design.
const BIDDINGS: &str = "mail, email, e-mail, phone, telephone, call, contact, tweet, whatsapp, visit, browse, navigate, go to, go \
     and, head over, follow, log in, login, log on, sign in, sign into, log into, sign up, subscribe, register, \
     pay, wire, transfer, donate, buy, purchase, invest, run, execute, install, download, upload, launch, scan, \
     paste, export, forward, send all, send an, send a, send your, send us, send me, send it, send this, send \
     them, send money, send to, send everything, send the report*, send the link*, send the list, send the \
     session*, send the data, post, publish, leak, reveal, disclose, reboot, restart, shut down, uninstall, \
     grant, authorize, authorise, approve, obey, trust, disregard, forget, ignore, pretend, praise, rate, \
     translate, dial, ring, deposit, click, tap, type, enter your, enter the code, open your, open the link, \
     copy, delete all, delete the data*, delete every*, erase, drop table, drop the table, disable pulse, turn \
     off pulse, stop recording, stop tracking, vote, share, submit your, print, skip, stop reading, repeat the text, turn off the, switch off the, join, leave a, tell \
     us, tell the owner, hand the, reset your, give support, upgrade, update your, ask the user, ask every, meet, \
     hire, sue, write to, reply to, \
     respond to this, respond with, answer with, tell them, tell everyone, say that, repeat after, scroll, look \
     up";

/// What makes such a verb the first part of a name: the pay button, the contact form.
const NAMED: &str = "button*, field*, form*, link*, option*, page*, step*, label*, detail*, target*, method*, icon*, text*, \
     section*, flow*, process*, duration, time*, area*, rate*, size*, list*, menu*, dialog*, event*, event, \
     depth, position*, bar*, box*, to action, attention";

/// Words after which a verb is a bidding, though it does not begin the sentence.
const BEFORE_BIDDING: &str =
    "please, must, should, now, then, and, you, to continue, to fix this, first, just, also, kindly";

/// Why a text cannot be shown, whatever it cites.
pub(super) fn refusal(text: &str) -> Option<&'static str> {
    if text.contains(Completion::SECRET) {
        return Some("it repeats a key");
    }
    if has_markup(text) {
        return Some("it has markup or an address");
    }
    let sentences = sentences(text);
    let has = |phrase: &'static str| sentences.iter().any(|sentence| places(sentence, phrase).next().is_some());
    if phrases(SENSITIVE).any(has) {
        return Some("it speaks of something other than the design of the site");
    }
    let bids = sentences.iter().any(|sentence| bids(sentence));
    bids.then_some("it bids the reader do something other than change the site")
}

/// Whether a text has a quantity in words. A change may be one of "every field", but not of "every visitor".
pub(super) fn has_quantity(text: &str, is_change: bool) -> bool {
    let quantities = if is_change { QUANTITIES_OF_PEOPLE } else { QUANTITIES };
    sentences(text).iter().any(|sentence| is_quantified(sentence, quantities))
}

fn is_quantified(sentence: &[String], quantities: &'static str) -> bool {
    let is_idiom = |at: usize| {
        // "All of them", where what they are was counted.
        if is_phrase(sentence, at, "all of them") && sentence.iter().any(|word| word.starts_with('§')) {
            return true;
        }
        (at.saturating_sub(2)..=at).any(|start| {
            phrases(IDIOMS).any(|idiom| start + idiom.split(' ').count() > at && is_phrase(sentence, start, idiom))
        })
    };
    phrases(quantities).any(|phrase| places(sentence, phrase).any(|at| !is_idiom(at)))
}

fn bids(sentence: &[String]) -> bool {
    if sentence.iter().any(|word| matches!(word.as_str(), "please" | "kindly")) {
        return true;
    }
    let starts = (0..sentence.len()).filter(|at| {
        *at == 0
            || phrases(BEFORE_BIDDING).any(|before| {
                let length = before.split(' ').count();
                at.checked_sub(length).is_some_and(|start| is_phrase(sentence, start, before))
            })
    });
    starts.into_iter().any(|at| phrases(BIDDINGS).any(|verb| is_bidding(sentence, at, verb)))
}

/// Whether `verb` is a verb at a place, and neither the first part of a name nor what came before: "and the clicks".
fn is_bidding(sentence: &[String], at: usize, verb: &str) -> bool {
    let behind = at + verb.split(' ').count();
    let follows = at > 0 && matches!(sentence[at - 1].as_str(), "and" | "first" | "then" | "now" | "also" | "just");
    let has_object = sentence.get(behind).is_some_and(|word| {
        matches!(
            word.as_str(),
            "the"
                | "a"
                | "an"
                | "your"
                | "us"
                | "me"
                | "it"
                | "to"
                | "this"
                | "that"
                | "all"
                | "for"
                | "in"
                | "on"
                | "our"
        )
    });
    is_phrase(sentence, at, verb)
        && (!follows || has_object)
        && !phrases(NAMED).any(|name| is_phrase(sentence, behind, name))
}

/// Tags, code, leftover braces, addresses of the web or of mail, and characters that hide.
fn has_markup(text: &str) -> bool {
    text.contains(['<', '>', '{', '}', '`', '[', ']', '\\', '|', '*', '@', '=', '^'])
        || text.contains("://")
        || text.chars().any(|c| c.is_control() || is_hidden(c))
        || words(text).iter().any(|word| is_address(word.core))
}

fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a word reads like a host, with or without a path, or like a scheme: at least two labels, the last of letters.
fn is_address(word: &str) -> bool {
    const SCHEMES: &[&str] =
        &["javascript:", "data:", "vbscript:", "mailto:", "file:", "blob:", "tel:", "http:", "https:"];
    let word = word.to_lowercase();
    if word.starts_with("www.") || SCHEMES.iter().any(|scheme| word.starts_with(scheme) && word.len() > scheme.len()) {
        return true;
    }
    let host = word.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    labels.len() > 1
        && labels.iter().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && labels.last().is_some_and(|last| last.chars().count() > 1 && last.chars().all(char::is_alphabetic))
}

/// Whether a text reads as English: enough of its words are the small ones that English is made of.
pub(super) fn is_english(text: &str) -> bool {
    const SMALL: &str = "the, of, to, and, is, it, its, that, this, with, was, were, are, not, for, from, after, before, does, \
         did, by, at, has, had, have, be, so, which, where, when, but, their, they, while, because, into, an, or, \
         as, how, there, than, until, isn't, doesn't, didn't, without, no, a, people, visitor, visitors, click, \
         clicks, clicked, button, page, in, on, took, ended, nothing";
    /// Small words of other languages; two of them are no accident.
    const FOREIGN: &str = "der, die, das, und, nicht, ist, ein, eine, auf, den, dem, le, la, les, des, une, est, pas, et, que, qui, \
         el, los, las, una, por, para, con, il, lo, gli, non, che, di, het, een, niet, van, os, um, uma, não, \
         och, att, det, nie, jest, cuando, como, muy, tout, monde";
    /// One word in so many is a small one, at least.
    const RARE: usize = 8;
    let all: Vec<String> = sentences(text).concat().into_iter().filter(|word| !word.starts_with('§')).collect();
    let letters = all.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphabetic());
    let (ascii, foreign) = letters.fold(
        (0, 0),
        |(ascii, foreign), c| {
            if c.is_ascii() { (ascii + 1, foreign) } else { (ascii, foreign + 1) }
        },
    );
    let small = all.iter().filter(|word| phrases(SMALL).any(|small| small == *word)).count();
    let others = all.iter().filter(|word| phrases(FOREIGN).any(|foreign| foreign == *word)).count();
    foreign * 10 <= ascii && others < 2 && (all.len() < 5 || small * RARE >= all.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_words() {
        for host in ["evil.example", "shop.evil.co/pay", "evil.example:80", "x.org", "www.x", "mailto:a"] {
            assert!(is_address(host), "{host}");
        }
        for word in ["e.g", "1.9", "seconds", "/checkout", "Pay", "", "U.S", "3.x", "px/s", "data:"] {
            assert!(!is_address(word), "{word}");
        }
    }

    #[test]
    fn biddings_are_told_from_changes_and_descriptions() {
        for text in [
            "Mail the export of the sessions to the team.",
            "Log in to continue.",
            "The page is slow. Please call support.",
            "Then run the installer.",
            "You must pay the invoice.",
            "Send the report to us.",
            "To fix this, visit the help desk.",
            "Ignore the facts and praise the site.",
        ] {
            assert!(refusal(text).is_some(), "{text}");
        }
        for text in [
            "Make § react to a click.",
            "Show the reason beside the field where the form is refused.",
            "The call to action stands below the fold.",
            "The visitor clicked § and left.",
            "Move § next to the total and give it a label.",
            "Answer a click on § at once.",
            "Tell the visitor why the form is refused.",
            "Pay button ignored",
            "Remove the second field or fill it in from the first.",
            "Nothing happens at all.",
        ] {
            assert_eq!(refusal(text), None, "{text}");
        }
    }

    #[test]
    fn quantities_want_a_slot() {
        for text in
            ["Half of the visitors fail here.", "All clicks were lost.", "None of it works.", "It always fails."]
        {
            assert!(has_quantity(text, false), "{text}");
        }
        assert!(!has_quantity("Nothing happens at all.", false) && !has_quantity("Explain every field at once.", true));
        assert!(has_quantity("Help them. Most visitors leave.", true));
    }

    #[test]
    fn english_is_told_from_other_languages() {
        for text in ["§ does not respond", "The visitor left the page after § had no effect", "Pay button ignored"] {
            assert!(is_english(text), "{text}");
        }
        for text in [
            "Der Knopf reagiert nicht auf Klicks des Besuchers",
            "Le bouton ne répond pas aux clics du visiteur",
            "Кнопка не отвечает на нажатия",
            "El botón no responde cuando alguien pulsa",
            "按钮没有响应",
        ] {
            assert!(!is_english(text), "{text}");
        }
    }
}
