//! What kept a request from being answered, read out of the libraries' errors.

use std::error::Error as StdError;
use std::io;

use super::TransportFault;
use super::distrust;

/// The fault behind an error of an HTTP library. `connecting` says whether it stood in the way of a
/// connection.
pub(super) fn classify(error: &(dyn StdError + 'static), connecting: bool) -> TransportFault {
    let mut source = Some(error);
    while let Some(fault) = source {
        if let Some(fault) = tls_fault(fault) {
            return TransportFault::Tls(distrust::describe(fault));
        }
        source = fault.source();
    }
    let reason = layers(error).join(": ");
    if connecting { TransportFault::Connect(reason) } else { TransportFault::Lost(reason) }
}

/// A TLS error may sit inside an I/O error, or inside one in another one: none of them names it as
/// its source.
fn tls_fault<'a>(fault: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let mut fault = fault;
    while let Some(inner) = fault.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        fault = inner;
    }
    fault.downcast_ref()
}

/// The innermost reasons, without the library's layer that passes them on.
pub(super) fn describe(error: &(dyn StdError + 'static)) -> String {
    let layers = layers(error);
    layers.get(1..).filter(|inner| !inner.is_empty()).unwrap_or(&layers).join(": ")
}

/// The texts of an error and of what lies behind it.
fn layers(error: &(dyn StdError + 'static)) -> Vec<String> {
    let mut layers = vec![error.to_string()];
    let mut source = error.source();
    while let Some(fault) = source {
        let text = fault.to_string();
        // Many layers repeat the text of what they wrap.
        layers.retain(|layer| !layer.contains(&text));
        layers.push(text);
        source = fault.source();
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls_error_is_found_below_any_number_of_input_errors() {
        let tls = rustls::Error::HandshakeNotComplete;
        let once = io::Error::other(tls.clone());
        let twice = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, tls.clone()));
        assert_eq!(tls_fault(&tls), Some(&tls));
        assert_eq!(tls_fault(&once), Some(&tls));
        assert_eq!(tls_fault(&twice), Some(&tls));
        assert_eq!(tls_fault(&io::Error::from(io::ErrorKind::UnexpectedEof)), None);
    }
}
