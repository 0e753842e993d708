//! What a file holds, by the end of its name.

use std::ffi::OsStr;
use std::path::Path;

/// A type in each line, and the extensions that stand for it, as the library `mime_guess` has them.
/// As text they take an eighth of the room in every app.
const TYPES: &str = include_str!("media_types.txt");
/// What nothing is known of.
pub(super) const UNKNOWN: &str = "application/octet-stream";

/// The media type of a file with that name.
pub(super) fn of(file_name: &str) -> &'static str {
    let extension = Path::new(file_name).extension().and_then(OsStr::to_str);
    extension.and_then(by_extension).unwrap_or(UNKNOWN)
}

fn by_extension(extension: &str) -> Option<&'static str> {
    TYPES.lines().find_map(|line| {
        let (media_type, extensions) = line.split_once(' ')?;
        let fits = |known: &str| known.eq_ignore_ascii_case(extension);
        extensions.split(' ').any(fits).then_some(media_type)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_tells_the_type_in_any_case() {
        assert_eq!(of("return-policy.pdf"), "application/pdf");
        assert_eq!(of("folder.d/Notes.MD"), "text/markdown");
        assert_eq!(of("archive.tar.gz"), "application/gzip");
        for unknown in ["", "README", ".pdf", "a.", "a.unheard-of", "a.application/pdf", "a. "] {
            assert_eq!(of(unknown), UNKNOWN, "{unknown}");
        }
    }

    #[test]
    fn the_types_are_those_of_the_library() {
        let extensions = mime_guess::get_extensions("*", "*").unwrap();
        assert!(extensions.len() > 1000);
        for extension in extensions {
            let file_name = format!("file.{extension}");
            let theirs = mime_guess::from_path(&file_name).first_raw();
            assert_eq!(Some(of(&file_name)), theirs, "{file_name}");
        }
        for extension in TYPES.lines().flat_map(|line| line.split(' ').skip(1)) {
            let theirs = mime_guess::from_ext(extension).first_raw();
            assert_eq!(by_extension(extension), theirs, "{extension}");
        }
    }
}
