//! Any bytes are read or refused, never a panic.

use crate::try_read;

/// Changes the text in a few places: removed, doubled, swapped or replaced bytes.
fn mutate(text: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..random.usize(1..8) {
        let n = random.usize(0..text.len());
        let m = random.usize(0..text.len());
        match random.u8(0..5) {
            0 => drop(text.remove(n)),
            1 => text.insert(n, text[m]),
            2 => text.swap(n, m),
            3 => text[n] = b"\r\n\t []=:#;\"'\\\0\xff\xc3"[random.usize(0..16)],
            _ => text.truncate(n.max(text.len() / 2)),
        }
        if text.is_empty() {
            text.push(b'[');
        }
    }
    text
}

#[test]
fn no_text_is_a_panic() {
    let whole = "[default]\nregion = eu-west-1 # c\n[profile a]\ns3 =\n  k = v\nrole_arn = arn:aws:iam::1:role/x\n \
        more\n\n  x = y\nsource_profile: default\n[profile \"b c\"]\r\ninclude_profile = a\r\n[sso-session s]\n\
        sso_region = x\n[services ž]\nsts =\n endpoint_url = z\naws_secret_access_key = a/b";
    let mut random = fastrand::Rng::with_seed(0x5eed);
    let (mut read, mut refused) = (0, 0);
    for case in 0..6000 {
        let text = if case % 3 == 0 {
            let length = random.usize(0..200);
            std::iter::repeat_with(|| random.u8(..))
                .take(length)
                .collect()
        } else if case % 3 == 1 {
            let alphabet = b"[]=:#; \t\r\n\"'\\ap";
            let length = random.usize(0..80);
            std::iter::repeat_with(|| alphabet[random.usize(0..alphabet.len())])
                .take(length)
                .collect()
        } else {
            mutate(whole.as_bytes(), &mut random)
        };
        match try_read(&text, &text) {
            Ok(profiles) => {
                read += 1;
                for name in profiles.profiles.names() {
                    let _ = profiles.expand(name).map(|profile| profile.static_keys());
                    let _ = profiles.nearest(name);
                }
            }
            Err(error) => {
                refused += 1;
                assert_eq!((error.class, error.at.len()), ("syntax", 1));
            }
        }
    }
    assert!(
        read > 500 && refused > 500,
        "both happen: {read}, {refused}"
    );
}
