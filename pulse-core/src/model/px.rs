//! Pixels are `f64`, and a whole number of them is written without a fraction: `100`, not `100.0`.

use serde::{Serialize, Serializer};

/// Largest magnitude up to which every integer is exact in an `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A pixel value that serializes as an integer when it is one.
#[derive(Clone, Copy)]
pub(crate) struct Px(pub(crate) f64);

impl Serialize for Px {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        serialize(&self.0, s)
    }
}

/// The integer that `value` is, if it is one.
pub(crate) fn integer(value: f64) -> Option<i64> {
    // A negative zero is kept as it is: no integer stands for it.
    (value.fract() == 0.0 && value.abs() < EXACT && !(value == 0.0 && value.is_sign_negative())).then_some(value as i64)
}

/// For `#[serde(serialize_with)]` on one value.
pub(crate) fn serialize<S: Serializer>(value: &f64, s: S) -> Result<S::Ok, S::Error> {
    match integer(*value) {
        Some(whole) => s.serialize_i64(whole),
        None => s.serialize_f64(*value),
    }
}

/// For `#[serde(serialize_with)]` on an optional value.
pub(crate) fn option<S: Serializer>(value: &Option<f64>, s: S) -> Result<S::Ok, S::Error> {
    value.map(Px).serialize(s)
}

/// For `#[serde(serialize_with)]` on a rectangle.
pub(crate) fn rect<S: Serializer>(value: &[f64; 4], s: S) -> Result<S::Ok, S::Error> {
    value.map(Px).serialize(s)
}

/// For `#[serde(serialize_with)]` on an optional rectangle.
pub(crate) fn option_rect<S: Serializer>(value: &Option<[f64; 4]>, s: S) -> Result<S::Ok, S::Error> {
    value.map(|r| r.map(Px)).serialize(s)
}
