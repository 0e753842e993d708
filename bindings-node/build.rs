//! Tells the linker that the symbols of Node-API come with the process that loads the library.

fn main() {
    napi_build::setup();
}
