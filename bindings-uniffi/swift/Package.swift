// swift-tools-version: 6.0
import PackageDescription

// On Linux the native library is a static one that the linker is told to find; for Apple's platforms it
// comes as a framework that README.md says how to make.
#if os(Linux)
  let native: [Target] = [
    .systemLibrary(name: "UppzyFFI")
  ]
  let linking: [LinkerSetting] = [.linkedLibrary("uppzy_uniffi"), .linkedLibrary("m")]
#else
  let native: [Target] = [
    .binaryTarget(name: "UppzyFFI", path: "UppzyFFI.xcframework")
  ]
  let linking: [LinkerSetting] = [
    .linkedFramework("Security"), .linkedFramework("SystemConfiguration"),
  ]
#endif

let package = Package(
  name: "uppzy",
  platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9), .visionOS(.v1)],
  products: [
    .library(name: "Uppzy", targets: ["Uppzy"]),
    .library(name: "UppzyTesting", targets: ["UppzyTesting"]),
  ],
  targets: native + [
    // Written by the bindgen, and seen by nobody but the next one.
    .target(name: "UppzyGenerated", dependencies: ["UppzyFFI"], linkerSettings: linking),
    .target(name: "Uppzy", dependencies: ["UppzyGenerated"]),
    .target(name: "UppzyTesting", dependencies: ["Uppzy", "UppzyGenerated"]),
    // Not for users: a process of its own for the tests.
    .executableTarget(
      name: "CanaryProgram", dependencies: ["Uppzy", "UppzyTesting"], path: "Tests/CanaryProgram"),
    .testTarget(name: "UppzyTests", dependencies: ["Uppzy", "UppzyTesting", "UppzyGenerated"]),
    .testTarget(name: "ScenarioTests", dependencies: ["Uppzy", "UppzyTesting"]),
  ],
  swiftLanguageModes: [.v6]
)
