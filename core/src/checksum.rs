//! CRC-32 as zip and PNG have it, for texts so short that a library's tables would be most of it.

const POLYNOMIAL: u32 = 0xedb8_8320;

/// The checksum of these bytes.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let step = |value: u32, _: u32| {
        // All ones if the lowest bit is set, so that nothing depends on a branch.
        let is_set = (value & 1).wrapping_neg();
        (value >> 1) ^ (POLYNOMIAL & is_set)
    };
    !bytes.iter().fold(!0, |value, byte| (0..8).fold(value ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    proptest! {
        #[test]
        fn it_is_that_of_the_library(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            prop_assert_eq!(crc32(&bytes), crc32fast::hash(&bytes));
        }
    }
}
