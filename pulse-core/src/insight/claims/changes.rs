//! Which sentences bid a change of the site: an action does, and nothing else may stand where an action is asked for.

use super::words::phrases;

/// Verbs with which a change of a site begins.
const CHANGES: &str = "accept, add, adjust, adapt, align, allow, animate, announce, answer, arrange, attach, avoid, begin, bind, \
     bring, build, bundle, carry, change, check, clarify, clear, close, collapse, combine, compare, compress, condense, \
     confirm, connect, convert, correct, cut, debounce, default, defer, delay, describe, disable, display, do, drop, \
     emphasise, emphasize, enable, enlarge, ensure, expand, explain, expose, extend, fill, fix, fold, format, gather, \
     give, greet, group, guide, handle, hide, highlight, hint, hold, ignore, improve, include, increase, indicate, \
     insert, introduce, keep, label, lay, lead, lengthen, let, limit, link, list, load, lock, log, lower, make, mark, \
     match, mend, mention, merge, mirror, move, name, narrow, offer, omit, open, order, outline, pad, pin, place, \
     point, polish, position, prefill, preload, prepare, present, preserve, prevent, promote, provide, put, raise, \
     reach, react, rearrange, recheck, redesign, redirect, reduce, reject, remember, remind, remove, rename, render, \
     reorder, repair, repeat, rephrase, replace, reply, report, respond, restore, restrict, restructure, return, reuse, \
     review, rewrite, save, say, separate, set, shift, shorten, show, shrink, signal, simplify, size, sort, space, \
     speed, split, stack, start, state, stop, store, streamline, strengthen, structure, style, suggest, summarise, \
     summarize, support, surface, swap, take, tell, test, tie, tighten, trigger, trim, turn, unify, update, use, \
     validate, verify, warn, widen, wire, wrap, write";

/// Words that may come before such a verb.
const BEFORE: &str = "consider, try, on, in, at, for, when, while, if, instead, before, after, beside, next, do, don't, never, always, \
     first, once, where, near, under, above, below, only, either, otherwise, until, as, from, with, without, by, \
     between, also, then, as soon as, visibly, clearly";

/// Whether a sentence, as its words in lower case, bids a change: it begins with a verb of change, or has one after words
/// that say where, when or how; or it says of a fact's thing, `§`, what it should do.
pub(super) fn is_change(sentence: &[String]) -> bool {
    let is_verb = |word: &String| {
        let stem = word.strip_suffix("ing").unwrap_or(word);
        phrases(CHANGES).any(|verb| verb == word || verb == stem || verb.strip_suffix('e') == Some(stem))
    };
    let Some(first) = sentence.first() else { return false };
    let is_asked = |word: &String| matches!(word.as_str(), "should" | "must" | "needs" | "has");
    is_verb(first)
        || phrases(BEFORE).any(|before| before == first) && sentence.iter().skip(1).any(is_verb)
        || first.starts_with('§') && sentence.iter().any(is_asked)
}

#[cfg(test)]
mod tests {
    use super::is_change;
    use crate::insight::claims::words::sentences;

    #[test]
    fn changes_are_told_from_statements() {
        let is = |text: &str| sentences(text).first().is_some_and(|sentence| is_change(sentence));
        for text in [
            "Make § react to a click",
            "On §, show the price first",
            "Consider making § larger",
            "When § fails, say so beside it",
            "§ should answer within a second",
            "Don't hide the total",
        ] {
            assert!(is(text), "{text}");
        }
        for text in ["The checkout succeeded", "Your licence has expired", "The best shop of the year", "§ is dead", ""]
        {
            assert!(!is(text), "{text}");
        }
    }
}
