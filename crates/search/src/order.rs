//! The order in which people look for names: case and accents aside. What is found is not decided here.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a name is sorted by: `Ōtaru` stands between `Oslo` and `Oxford`.
#[must_use]
pub fn sort_key(name: &str) -> String {
    name.trim()
        .nfkd()
        .filter(|&character| !is_combining_mark(character))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::sort_key;

    #[test]
    fn names_stand_where_people_look_for_them() {
        let mut names = ["Zürich", "Ōtaru", "oslo", "Århus", "Oxford", " Berlin"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(
            names,
            ["Århus", " Berlin", "oslo", "Ōtaru", "Oxford", "Zürich"]
        );
    }
}
