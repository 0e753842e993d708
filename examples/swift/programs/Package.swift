// swift-tools-version: 6.0
import PackageDescription

let uppzy: Target.Dependency = .product(name: "Uppzy", package: "swift")

let package = Package(
  name: "uppzy-examples",
  platforms: [.macOS(.v13)],
  dependencies: [.package(path: "../../../bindings-uniffi/swift")],
  targets: [
    .executableTarget(name: "App", dependencies: [uppzy]),
    .executableTarget(name: "Quickstart", dependencies: [uppzy]),
    .executableTarget(name: "Worker", dependencies: [uppzy]),
  ],
  swiftLanguageModes: [.v6]
)
