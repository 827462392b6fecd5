//! Patterns of names, as `fnmatch` of C and PHP understands them.

use super::CacheError;
use globset::{GlobBuilder, GlobMatcher};

/// A pattern: `*` is any text, `?` any byte, `[a-c]` and `[!a-c]` one of a set, `\` takes the
/// next character as it is. Nothing else is special, neither `/` nor a leading dot.
///
/// Redis knows almost the same patterns. So that both tiers lose the same names, names are always
/// matched here, and Redis is only asked for those that begin as the pattern does.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

impl Pattern {
    /// The pattern that `text` is.
    ///
    /// # Errors
    /// [`CacheError::Pattern`] for a set that is not closed and the like.
    pub fn new(text: &str) -> Result<Self, CacheError> {
        let bad = |error: globset::Error| CacheError::Pattern {
            pattern: text.to_owned(),
            problem: error.kind().to_string(),
        };
        let glob = GlobBuilder::new(&without_braces(text))
            .literal_separator(false)
            .backslash_escape(true)
            .build()
            .map_err(bad)?;
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() })
    }

    /// The pattern that means all names.
    pub fn everything() -> Self {
        Self::new("*").expect("a star is a pattern")
    }

    /// The pattern that means this name alone.
    pub fn exactly(name: &str) -> Self {
        let mut text = String::with_capacity(name.len());
        for char in name.chars() {
            if matches!(char, '*' | '?' | '[' | ']' | '\\') {
                text.push('\\');
            }
            text.push(char);
        }
        Self::new(&text).expect("an escaped name is a pattern")
    }

    /// True when `name` is one of those meant.
    pub fn matches(&self, name: &str) -> bool {
        self.matcher.is_match(name)
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How all names that it means begin.
    pub(super) fn head(&self) -> &str {
        let end = self.text.find(['*', '?', '[', '\\']).unwrap_or(self.text.len());
        &self.text[..end]
    }
}

/// Braces are alternatives to the matcher and plain characters to `fnmatch`, and two stars in a row
/// are something else than one. Inside a set neither has a meaning.
fn without_braces(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    let (mut in_set, mut escaped) = (false, false);
    for char in text.chars() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = !in_set,
            '[' if !in_set => in_set = true,
            ']' if in_set => in_set = plain.ends_with('[') || plain.ends_with("[!"),
            '{' | '}' | ',' if !in_set => plain.push('\\'),
            '*' if !in_set && plain.ends_with('*') && !plain.ends_with("\\*") => continue,
            _ => {}
        }
        plain.push(char);
    }
    plain
}

/// `text` as a pattern of Redis that means just this text.
pub(super) fn escaped_for_redis(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if matches!(char, '*' | '?' | '[' | ']' | '^' | '-' | '\\') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Pattern::new(pattern).expect(pattern).matches(name)
    }

    #[test]
    fn patterns_are_those_of_the_shell() {
        for (pattern, name, is_meant) in [
            ("user_*", "user_details:3", true),
            ("user_*", "auser_", false),
            ("*_rankings_*", "user_traffic_rankings_5f", true),
            ("*", "", true),
            ("*", "a/b.c\n", true),
            ("**", "a", true),
            ("a**b", "a/x/b", true),
            ("a?c", "a/c", true),
            ("a?c", "ac", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[!a-c]x", "dx", true),
            ("[]x]", "]", true),
            ("[*]", "*", true),
            ("[*]", "a", false),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("{a,b}", "a", false),
            ("{a,b}", "{a,b}", true),
            ("[{]", "{", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), is_meant, "{pattern} and {name:?}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["[a", "a\\", "[z-a]"] {
            let error = Pattern::new(text).expect_err(text).to_string();
            assert!(error.contains(&format!("{text:?}")), "{error}");
        }
    }

    #[test]
    fn a_name_means_itself() {
        for name in ["user_details:3", "a*[b]?\\{c,d}", ""] {
            let pattern = Pattern::exactly(name);
            assert!(pattern.matches(name) && !pattern.matches("a!b") && !pattern.matches("x"));
        }
        assert!(Pattern::everything().matches("x"));
    }

    #[test]
    fn the_head_ends_where_a_pattern_begins() {
        for (pattern, head) in
            [("user_*", "user_"), ("*", ""), ("live", "live"), ("a[b]", "a"), ("a\\b", "a")]
        {
            assert_eq!(Pattern::new(pattern).expect(pattern).head(), head);
        }
    }
}
