//! Sorting. The standard library's sort is compiled once for each type and comparison, at 0.5 KB and more; this one,
//! once for all.

use std::cmp::Ordering;

/// Sorts; what is equal stays in its order.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    for (place, with) in swaps(items.len(), &|a, b| compare(&items[a], &items[b])).into_iter().enumerate() {
        items.swap(place, with);
    }
}

/// Sorts, what has most first.
pub fn most_first<T>(items: &mut [T], count: impl Fn(&T) -> u64) {
    sort_by(items, |a, b| count(b).cmp(&count(a)));
}

/// What each place is swapped with, one after the other, so that all are in order.
fn swaps(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    order.sort_by(|a, b| compare(*a, *b));
    for place in 0..length {
        // What belongs here was swapped away when its own place was filled.
        let mut from = order[place];
        while from < place {
            from = order[from];
        }
        order[place] = from;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        let mut seed = 1u64;
        for length in 0..200 {
            let mut items: Vec<(u64, usize)> = (0..length)
                .map(|i| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ((seed >> 33) % 20, i)
                })
                .collect();
            let (mut sorted, mut most) = (items.clone(), items.clone());
            sorted.sort_by_key(|item| item.0);
            most.sort_by_key(|item| std::cmp::Reverse(item.0));
            sort_by(&mut items, |a, b| a.0.cmp(&b.0));
            assert_eq!(items, sorted);
            most_first(&mut items, |item| item.0);
            assert_eq!(items, most);
        }
    }
}
