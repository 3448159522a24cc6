//! A stable hash: the same faults, jitter and request ids in every run of every build.

/// Mixes 64 bits (the finalizer of `SplitMix64`).
pub(crate) const fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// Hashes texts in order, so that `("ab", "c")` and `("a", "bc")` differ.
pub(crate) fn of<'text>(seed: u64, texts: impl IntoIterator<Item = &'text str>) -> u64 {
    let mut state = mix(seed.wrapping_add(0x9E37_79B9_7F4A_7C15));
    for text in texts {
        for byte in text.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        state = mix(state ^ text.len() as u64);
    }
    state
}
