//! Very many translucent dots as one picture. A canvas takes a second to fill 100,000 discs one by one; adding up how
//! much each leaves of what lies under it takes some ten milliseconds, and looks the same.

/// Most pixels of a picture: 4 bytes each, twice.
const MOST_PIXELS: usize = 4_000_000;

/// How opaque each pixel is under dots of `alpha` and radius `r`, all in pixels: RGBA, black, row by row. None when the
/// picture would be too large.
///
/// Where dots overlap, each lets through `1 - alpha` of what the others let through, so that the logarithms add up.
pub fn cloud(at: impl Iterator<Item = (f64, f64)>, r: f64, alpha: f64, (width, height): (u32, u32)) -> Option<Vec<u8>> {
    let (w, h) = (width as usize, height as usize);
    let reach = (r + 0.5).ceil().max(1.0) as usize;
    let side = 2 * reach + 1;
    // With a margin on each side, a dot at the edge needs no cutting.
    let (wide, high) = (w + 2 * reach, h + 2 * reach);
    if w == 0 || h == 0 || wide.checked_mul(high)? > MOST_PIXELS {
        return None;
    }
    let share = |dx: usize, dy: usize| {
        let far = (dx as f64 - reach as f64).hypot(dy as f64 - reach as f64);
        (r + 0.5 - far).clamp(0.0, 1.0)
    };
    let disc: Vec<f32> =
        (0..side * side).map(|i| (1.0 - alpha.clamp(0.0, 0.99) * share(i % side, i / side)).ln() as f32).collect();
    let mut through = vec![0f32; wide * high];
    for (x, y) in at {
        let (x, y) = (x.round(), y.round());
        if !(x >= 0.0 && y >= 0.0 && x < w as f64 && y < h as f64) {
            continue;
        }
        // In the margin's coordinates the dot's first column is its middle's column on the picture.
        let (x, y) = (x as usize, y as usize);
        for (row, of_disc) in disc.chunks_exact(side).enumerate() {
            let start = (y + row) * wide + x;
            for (sum, part) in through[start..start + side].iter_mut().zip(of_disc) {
                *sum += part;
            }
        }
    }
    let mut picture = vec![0; w * h * 4];
    for (y, row) in picture.chunks_exact_mut(w * 4).enumerate() {
        let start = (y + reach) * wide + reach;
        for (pixel, sum) in row.chunks_exact_mut(4).zip(&through[start..start + w]) {
            if *sum < 0.0 {
                pixel[3] = (255.0 * (1.0 - sum.exp())).round() as u8;
            }
        }
    }
    Some(picture)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn opacity(at: &[(f64, f64)], x: usize, y: usize) -> u8 {
        let picture = cloud(at.iter().copied(), 5.0, 0.2, (40, 30)).unwrap();
        assert!(picture.chunks_exact(4).all(|pixel| pixel[..3] == [0, 0, 0]));
        picture[(y * 40 + x) * 4 + 3]
    }

    #[test]
    fn dots_that_overlap_are_denser() {
        let one = [(20.0, 15.0)];
        assert_eq!(opacity(&one, 20, 15), 51);
        assert_eq!(opacity(&one, 24, 15), 51);
        assert_eq!((opacity(&one, 26, 15), opacity(&one, 20, 22)), (0, 0));
        let rim = opacity(&one, 23, 19);
        assert!(rim > 0 && rim <= 51, "{rim}");
        // 1 - 0.8 x 0.8
        assert_eq!(opacity(&[(20.0, 15.0), (21.0, 15.0)], 20, 15), 92);
        assert_eq!(opacity(&[(20.0, 15.0); 200], 20, 15), 255);
    }

    #[test]
    fn what_lies_outside_is_left_out() {
        assert!(opacity(&[(0.0, 0.0)], 0, 0) == 51 && opacity(&[(39.0, 29.0)], 39, 29) == 51);
        for far in [-1.0, 40.0, f64::NAN, 1e12] {
            assert_eq!(opacity(&[(far, 5.0)], 0, 5), 0);
        }
        assert_eq!(cloud([(1.0, 1.0)].into_iter(), 5.0, 0.2, (0, 10)), None);
        assert_eq!(cloud([(1.0, 1.0)].into_iter(), 5.0, 0.2, (16_000, 16_000)), None);
    }
}
