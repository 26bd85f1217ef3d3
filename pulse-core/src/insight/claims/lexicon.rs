//! The words by which topics are told: for each, those that assert it, and those that deny it by themselves.
//!
//! Phrases are separated by commas; a word that ends with `*` stands for all that begin so.

use super::assertions::Topic;

/// The words of each topic.
pub(super) const LEXICON: &[(Topic, &str, &str)] = &[
    (
        Topic::Answers,
        "respond*, react*, answer, answers, answered, answering, works, worked, working, functions, functional, \
         does something, responsive, opened, went through, got through",
        "unresponsive, dead, does nothing, did nothing, do nothing, ignores, no effect, no response, no \
         reaction, no answer, inert, frozen, freezes, nothing happen*, nothing chang*",
    ),
    (Topic::Error, "error, errors, exception*, crash*, threw, typeerror", ""),
    (
        Topic::Trouble,
        "problem, problems, trouble*, struggl*, difficult*, fails, failed, failing, failure*, blocked, blocks, \
         obstacle*, barrier*, stuck, lost, hindered, in vain, broken",
        "",
    ),
    (
        Topic::Calm,
        "perfect*, smooth*, flawless*, went well, goes well, seamless*, effortless*, easily, as expected, \
         everything fine, no problem*, no trouble*, no issue*, no difficult*, no errors, no obstacle*, nothing \
         went wrong, nothing is wrong, nothing needs, nothing has to, nothing to \
         change, no change*, problem-free, without problem*, without trouble, without issue*, without \
         difficulty, without any problem*, without any trouble, without any issue*, in order, excellent, great \
         experience, good experience, pleasant",
        "",
    ),
    (
        Topic::Success,
        "bought, purchased, paid, ordered, purchase, purchases, converted, conversion*, signed up, registered, \
         subscribed, completed, succeeded, success, successful*, checked out, goal, finished, sale, booked, \
         donated, placed an order, placed the order, payment went through, accomplished, achieved",
        "did not pay, could not pay, cannot pay, without paying, never pays, did not buy, without buying, did not \
         order, without ordering, did not finish, could not finish, did not complete, could not complete, failed \
         to pay, failed to buy, failed to complete, failed to finish, unable to pay, unable to complete, couldn't \
         pay, didn't pay, didn't buy, couldn't finish, couldn't complete, didn't finish, incomplete, unfinished",
    ),
    (
        Topic::Left,
        "left, leave, leaves, leaving, abandon*, quit, quits, exited, exit, bounc*, gave up, give up, gives up, \
         giving up, given up, dropped out, dropped off, closed the tab, closed the page, ended the visit, walked \
         away",
        "stayed",
    ),
    (
        Topic::CameBack,
        "returned, came back, went back, goes back, come back, back and forth, to and fro, circle*, circling, \
         pogo*, turned back, backtrack*, revisit*",
        "",
    ),
    (Topic::Slow, "slow, slowly, slower, late, delay*, lag, lags, laggy, waited, waits, waiting, sluggish", ""),
    (Topic::AtOnce, "instantly, instant, immediately, immediate, at once, right away, fast, promptly", ""),
    (
        Topic::Repeats,
        "again and again, repeatedly, over and over, kept clicking, keeps clicking, rage, rage-click*, burst*, \
         hammer*, frantic*, many times, several, many, few, multiple, numerous, repeated, in a row, time and \
         again",
        "",
    ),
    (Topic::Missed, "missed, misses, miss, wrong target, misclick*, mis-click*, mistap*, just beside", ""),
    (Topic::Refused, "refused, rejected, declined, denied, invalid", ""),
    (Topic::Scrolled, "scroll*", ""),
    (Topic::Hovered, "hover*, rested on, pointer rest*", ""),
    (Topic::Typed, "typed, types, typing, filled, filling, fills, corrected, corrections, keystroke*", ""),
    (Topic::Away, "another tab, other tab, switched tab*, switched away, hid the tab", ""),
    (Topic::Shaken, "shook, shaken, shakes, shaking, jitter*, thrash*, trembl*", ""),
    (Topic::Usual, "usual, usually, average, typical*, median, normally, than normal, benchmark", "unusual*"),
    (Topic::Speed, "speed, px/s, pixels per second, velocity", ""),
    (
        Topic::Feelings,
        "angry, anger, frustrat*, annoy*, irritat*, confused, confusion, stress*, happy, satisf*, delight*, \
         bored, boredom, enjoy*, loved, loves, hates, hated, upset, furious, panic*, anxious, anxiety, pleased, \
         disappoint*, impatien*, dissatisf*, unhappy, nervous*, excited, mood",
        "",
    ),
    (
        Topic::Person,
        "woman, women, elderly, teen*, novice*, beginner*, expert*, deaf, blind, first-time, loyal, bot, robot, \
         crawler, employee*, customer account, premium, vip, gender, first visit, second visit, third visit, second time, returning visitor*, \
         new visitor*, dyslexi*, disabilit*, pensioner*, student*, \
         germany, german, american, europe*",
        "",
    ),
    (
        Topic::Device,
        "mobile, phone*, smartphone*, tablet*, desktop*, iphone*, ipad*, android, safari, chrome, firefox, \
         laptop*, touchscreen*",
        "",
    ),
    (
        Topic::Money,
        "revenue, profit*, expensive, cheap*, discount*, price*, pricing, refund*, dollar*, euro*, money, \
         password*, credit card*, shipping cost*, delivery cost*, fees, budget",
        "",
    ),
    (
        Topic::Machinery,
        "server*, network, backend, database*, javascript, cdn, cache*, api, firewall, timeout*, ad blocker, \
         virus, malware, hacked, attack*, outage, offline, bug, bugs, \
         provider*, gateway*, plugin*, plug-in*, third-party, integration*, misconfigur*, maintenance, expired, \
         expires, sold out, out of stock, search engine*, campaign*, advertis*",
        "",
    ),
    (
        Topic::Calendar,
        "day, hours, yesterday, today, tonight, tomorrow, monday*, tuesday*, wednesday*, thursday*, friday*, \
         saturday*, sunday*, morning, afternoon, evening, midnight, week, weeks, weekend*, month, months, year, \
         years, daily, weekly, lately, recently, days, release, releases, \
         deployment*, version*, last update",
        "",
    ),
    (
        Topic::Others,
        "other visitors, other users, other people, other customers, many visitors, many users, many people, many \
         customers, some visitors, some users, some people, several visitors, several users, few visitors, few \
         users, visitors often, users often, people often, everywhere, often, increased, decreased, dropped, \
         declined, improved, worsened, trend*, competitor*, another site, another shop, frequently, commonly, \
         rarely, seldom, regularly, widespread, popular",
        "",
    ),
    (
        Topic::Looks,
        "too small, tiny, contrast, colour*, color*, hidden, invisible, below the fold, off-screen, overlap*, \
         cramped, unreadable, font*, blurry, misaligned, greyed out, grayed out",
        "",
    ),
    (
        Topic::Clicked,
        "",
        "never clicked, not clicked, did not click, didn't click, was not used, untouched, unused, overlooked, \
         unnoticed, never used, never opened, not noticed, did not notice, never noticed, never seen",
    ),
    (
        Topic::Ranking,
        "worst, biggest, largest, slowest, fastest, best, highest, lowest, shortest, longest, deepest, weakest, strongest, easiest, \
         hardest, cheapest, busiest, only one, the only",
        "",
    ),
    (
        Topic::Cause,
        "cause, causes, caused, to blame, owing to, due to, because of, made the visitor, made the user, made them, \
         made people",
        "",
    ),
    (
        Topic::Order,
        "came before, comes before, preced*, prior to, ahead of, clicked before, tried before, happened before, \
         beforehand, earlier than, later than",
        "",
    ),
];
