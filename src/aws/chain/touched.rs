//! The profiles that a selection has to do with, whether or not a chain comes of them.

use super::selection::{Selection, is_role};
use crate::aws::config::Profiles;
use crate::shell::Env;

/// More than any chain with what it includes: the rest of a chain that is refused has nothing to tell.
const MOST: usize = 2 * 51;

/// The selected profile, the one whose credentials assume its role, what these include, and so on.
#[must_use]
pub fn touched(profiles: &Profiles, selection: &Selection, env: &Env) -> Vec<String> {
    let mut touched = vec![selection.profile.clone()];
    if let Some(source) = &selection.source {
        touched.push(source.clone());
    } else if is_role(profiles, &selection.profile) {
        let selected = profiles.select(None, env).ok();
        touched.extend(selected.map(|selected| selected.name));
    }
    let mut next = 0;
    while next < touched.len() && touched.len() < MOST {
        let profile = profiles.get(&touched[next]);
        for key in ["include_profile", "source_profile"] {
            let named = profile.and_then(|profile| profile.get(key));
            if let Some(named) = named.filter(|named| !touched.contains(&named.value.to_string())) {
                touched.push(named.value.to_string());
            }
        }
        next += 1;
    }
    touched
}
