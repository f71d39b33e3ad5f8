// SPDX-License-Identifier: EUPL-1.2

public import FoundationEssentials

extension UUID {
    /// As messages and addresses have it: in small letters.
    public var text: String { UUID.text(self, ten: UInt8(ascii: "a")) }

    /// As `uuidString` has it, for what is counted in millions.
    public var capitalText: String { UUID.text(self, ten: UInt8(ascii: "A")) }

    private static func text(_ uuid: UUID, ten: UInt8) -> String {
        String(unsafeUninitializedCapacity: 36) { text in
            withUnsafeBytes(of: uuid.uuid) { bytes in
                var place = 0
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = digit(byte >> 4, ten: ten)
                    text[place + 1] = digit(byte & 0xF, ten: ten)
                    place += 2
                }
            }
            return 36
        }
    }

    private static func digit(_ value: UInt8, ten: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : ten + value - 10 }
}
