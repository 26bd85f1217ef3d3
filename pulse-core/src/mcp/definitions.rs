//! What the kinds of problems mean: in one phrase for lists, in full as resources.

use crate::analyze::detect::FindingKind;

/// What the recordings cannot tell, whatever is asked.
pub(super) const LIMITS: &str = "What recordings cannot tell: why somebody did something, what they typed or thought, \
    what the server answered, and visits that were not recorded (no consent, tracker blocked, bots). A share is of \
    recorded visits, and a cause is a guess until the code or a test confirms it.";

/// What happens, without any text of the site.
pub(super) fn phrase(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Unresponsive => "a control does not answer, however often it is clicked",
        FindingKind::SlowAnswer => "a control answers so late that it is clicked again",
        FindingKind::FalseAffordance => "something that is no control is clicked as if it were one",
        FindingKind::MissedTarget => "clicks fall just beside a target, or on its neighbour",
        FindingKind::HardChoice => "many options are weighed for long before the first click",
        FindingKind::PassedBy => "a call to action is in view again and again, and never clicked",
        FindingKind::FormEffort => "a form takes long, by pauses, returns and corrections",
        FindingKind::FormRefused => "a form is sent again and again with corrections between",
        FindingKind::ErrorAfterClick => "a script error follows a click",
        FindingKind::LongWait => "nothing happens for long after a click, or a page is loaded anew again and again",
        FindingKind::BackAndForth => "the same pages are visited to and fro",
        FindingKind::ScrollSearch => "a page is scrolled up and down in search of something",
        FindingKind::Away => "the tab is left and taken up again, often or for long",
        FindingKind::GivenUp => {
            "a task is begun and left without its goal, or a search is tried again and again in vain"
        }
        FindingKind::Hesitation => "one control is looked at for long before it is clicked",
    }
}

/// Where in a site's code the cause of a kind usually is.
pub(super) fn where_to_look(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Unresponsive => {
            "Look for a handler that is missing, throws, or returns early; an overlay above the element; a disabled state \
             that is not shown."
        }
        FindingKind::SlowAnswer | FindingKind::LongWait => {
            "Look at what the click waits for (a request, a long task), and whether anything shows at once that it was taken."
        }
        FindingKind::FalseAffordance => {
            "Look at its style: cursor, underline, colour or shape of a control without a handler."
        }
        FindingKind::MissedTarget => "Look at its size and the room around it, and at what moves when the page loads.",
        FindingKind::HardChoice => "Look at how many options there are and how they differ.",
        FindingKind::PassedBy => "Look at its place, contrast and words, and at what the page asks for before it.",
        FindingKind::FormEffort | FindingKind::FormRefused => {
            "Look at the validation of its fields: what it refuses, when it says so, and where."
        }
        FindingKind::ErrorAfterClick => "Look for the error in the handler of this element.",
        FindingKind::BackAndForth => "Look for what one page has that is needed on the other.",
        FindingKind::ScrollSearch => "Look at headings, links to parts, and the order of the page.",
        FindingKind::Away => "Look for what people must look up elsewhere: a price, a code, an address.",
        FindingKind::GivenUp => "Look at the other problems of this page first: they are usually why.",
        FindingKind::Hesitation => "Look at what the control says about its effect and its cost.",
    }
}

/// The resource of a kind.
pub(super) fn uri(kind: FindingKind) -> String {
    format!("pulse://definitions/{}", kind.as_str())
}

/// The kind of a resource.
pub(super) fn of_uri(uri: &str) -> Option<FindingKind> {
    FindingKind::from_name(uri.strip_prefix("pulse://definitions/")?)
}

/// A definition in full.
pub(super) fn text(kind: FindingKind) -> String {
    format!(
        "{}: {}.\n\n{}\n\nHow it is counted: one finding is one situation in one place of one visit. A problem is the \
         same finding (kind, page, element) over many visits. `share` is visits hit of visits that saw the page, with \
         the 95 % Wilson score interval. Problems are ranked by harm (blocked the goal, cost time, irritated) x strength \
         (how far it is from what is usual or tolerable) x the lower bound of the share.\n\n{LIMITS}\n",
        kind.as_str(),
        phrase(kind),
        where_to_look(kind),
    )
}
