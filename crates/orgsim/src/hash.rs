//! A stable hash: the same faults, jitter and request ids in every run of every build.

use crate::protocol::route::header;

/// Mixes 64 bits (the finalizer of `SplitMix64`).
pub(crate) const fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// Hashes what a request asks: its method, path, query and body. Headers are left out, since signatures differ.
pub(crate) fn of_question<B: AsRef<[u8]>>(request: &http::Request<B>) -> u64 {
    let uri = request.uri();
    let target = header(request.headers(), "x-amz-target").unwrap_or_default();
    let texts = [
        request.method().as_str(),
        uri.path(),
        uri.query().unwrap_or_default(),
        target,
    ];
    request.body().as_ref().iter().fold(of(0, texts), |state, byte| {
        (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
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
