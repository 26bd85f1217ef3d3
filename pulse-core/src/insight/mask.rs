//! Personal data in what leaves the machine: e-mail addresses, account numbers and long numbers are replaced. They get
//! into labels and paths of pages that are written for one visitor.

/// Digits of the shortest number that is replaced: a year or a size is shorter, a telephone number longer.
const DIGITS: usize = 6;
/// Characters of an IBAN.
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;

/// `text` without e-mail addresses, account numbers and long numbers.
pub(super) fn mask(text: &str) -> String {
    numbers(&accounts(&addresses(text)))
}

/// Replaces `ann@shop.example`, also where `%40` stands for the sign.
fn addresses(text: &str) -> String {
    let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, sign)) = ["@", "%40"].iter().filter_map(|sign| Some((rest.find(sign)?, *sign))).min() {
        let (before, after) = (&rest[..at], &rest[at + sign.len()..]);
        let start = before
            .rfind(|c| !is_local(c))
            .map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8));
        let end = after.find(|c| !is_host(c)).unwrap_or(after.len());
        if start < at && end > 0 {
            kept.push_str(&before[..start]);
            kept.push_str("[e-mail]");
            rest = &after[end..];
        } else {
            kept.push_str(before);
            kept.push_str(sign);
            rest = after;
        }
    }
    kept + rest
}

/// Replaces IBANs: two letters, two digits, and 11 to 30 letters or digits, in groups or not.
fn accounts(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let begins = at == 0 || !chars[at - 1].is_alphanumeric();
        match begins.then(|| account(&chars[at..])).flatten() {
            Some(length) => {
                kept.push_str("[account]");
                at += length;
            }
            None => {
                kept.push(chars[at]);
                at += 1;
            }
        }
    }
    kept
}

/// How many characters the account number at the beginning takes.
fn account(chars: &[char]) -> Option<usize> {
    let head = chars.get(..4)?;
    if !head[..2].iter().all(char::is_ascii_alphabetic) || !head[2..].iter().all(char::is_ascii_digit) {
        return None;
    }
    let (mut signs, mut digits, mut end, mut group) = (0, 0, 0, 0);
    for (at, c) in chars.iter().enumerate() {
        match c {
            c if c.is_ascii_alphanumeric() && signs < *IBAN.end() => {
                // A word behind the number is none of its groups.
                signs += 1;
                group += 1;
                digits += usize::from(c.is_ascii_digit());
                end = at + 1;
            }
            ' ' | '-'
                if group > 0
                    && chars.get(at + 1).is_some_and(|next| next.is_ascii_digit() || next.is_ascii_uppercase()) =>
            {
                group = 0;
            }
            _ => break,
        }
    }
    (IBAN.contains(&signs) && digits * 2 > signs).then_some(end)
}

/// Replaces numbers of many digits, with spaces, dashes, dots, slashes or brackets in them or not.
fn numbers(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_numeric() {
            kept.push(chars[at]);
            at += 1;
            continue;
        }
        let (mut digits, mut end) = (0, at);
        for (next, c) in chars.iter().enumerate().skip(at) {
            match c {
                c if c.is_numeric() => {
                    digits += 1;
                    end = next + 1;
                }
                ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' if next - end < 2 => {}
                _ => break,
            }
        }
        match digits >= DIGITS {
            true => kept.push_str("[number]"),
            false => kept.extend(&chars[at..end]),
        }
        at = end;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn personal_data_is_replaced_and_the_rest_is_kept() {
        for (text, masked) in [
            ("Log out ann.o'neil+x@mail.shop.example now", "Log out ann.o'[e-mail] now"),
            ("/user/ann%40shop.example/orders", "/user/[e-mail]/orders"),
            ("Pay from DE89 3704 0044 0532 0130 00 today", "Pay from [account] today"),
            ("GB29NWBK60161331926819", "[account]"),
            ("Call +49 (30) 901820-55", "Call +[number]"),
            ("Card 4111 1111 1111 1111", "Card [number]"),
            ("/order/1234567", "/order/[number]"),
            ("Order 12345 of 2026", "Order 12345 of 2026"),
            ("1.4 s, 200 px", "1.4 s, 200 px"),
            ("@ home", "@ home"),
            ("Änne@bücher.example", "[e-mail]"),
            ("AB12 is a room", "AB12 is a room"),
            ("", ""),
        ] {
            assert_eq!(mask(text), masked, "{text}");
        }
    }
}
