//! Flat squares: one for each cell of a map.

/// A picture of flat squares.
#[derive(Debug)]
pub struct Picture {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

impl Picture {
    /// An empty picture.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, rgba: vec![0; width * height * 4] }
    }

    /// Lays a square over what is there, in pixels: x, y, width, height. `colour` is RGBA.
    #[inline(never)]
    pub fn square(&mut self, [x, y, w, h]: [f64; 4], colour: [u8; 4]) {
        let within = |from: f64, to: f64, most: usize| {
            let end = to.round().clamp(0.0, most as f64) as usize;
            (from.round().clamp(0.0, most as f64) as usize).min(end)..end
        };
        let (across, down) = (within(x, x + w, self.width), within(y, y + h, self.height));
        let over = u32::from(colour[3]);
        for y in down {
            let row = (y * self.width + across.start) * 4..(y * self.width + across.end) * 4;
            for pixel in self.rgba[row].chunks_exact_mut(4) {
                // The lower picture shows through what the upper one lets through.
                let under = u32::from(pixel[3]) * (255 - over) / 255;
                let all = (over + under).max(1);
                for (below, above) in pixel.iter_mut().zip(&colour[..3]) {
                    *below = ((u32::from(*above) * over + u32::from(*below) * under) / all) as u8;
                }
                pixel[3] = (over + under) as u8;
            }
        }
    }

    /// RGBA, row by row.
    pub fn bytes(&self) -> &[u8] {
        &self.rgba
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(picture: &Picture, x: usize, y: usize) -> &[u8] {
        &picture.bytes()[(y * 10 + x) * 4..][..4]
    }

    #[test]
    fn squares_are_cut_to_the_picture_and_lie_over_each_other() {
        let mut picture = Picture::new(10, 10);
        picture.square([-5.0, 2.0, 8.0, 3.0], [200, 0, 0, 255]);
        picture.square([1.0, 0.0, 100.0, 4.0], [0, 100, 0, 51]);
        picture.square([f64::NAN, 0.0, 3.0, 3.0], [9, 9, 9, 255]);
        assert_eq!(pixel(&picture, 0, 2), [200, 0, 0, 255]);
        assert_eq!(pixel(&picture, 2, 2), [160, 20, 0, 255]);
        assert_eq!(pixel(&picture, 9, 0), [0, 100, 0, 51]);
        assert_eq!(pixel(&picture, 0, 6), [0, 0, 0, 0]);
    }
}
