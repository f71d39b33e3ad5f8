// SPDX-License-Identifier: EUPL-1.2

import Values

/// Easter Sunday of the Gregorian calendar.
enum Easter {
    /// The day number of Easter Sunday, by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
    static func dayNumber(in year: Int) -> Int {
        let positionInMetonicCycle = year % 19
        let (century, yearOfCentury) = year.quotientAndRemainder(dividingBy: 100)
        let (fourCenturies, centuryOfFour) = century.quotientAndRemainder(dividingBy: 4)
        let lunarCorrection = (century - (century + 8) / 25 + 1) / 3
        let epact = (19 * positionInMetonicCycle + century - fourCenturies - lunarCorrection + 15) % 30
        let (leapYears, yearOfFour) = yearOfCentury.quotientAndRemainder(dividingBy: 4)
        let daysToSunday = (32 + 2 * centuryOfFour + 2 * leapYears - epact - yearOfFour) % 7
        let exception = (positionInMetonicCycle + 11 * epact + 22 * daysToSunday) / 451
        let daysAfter22March = epact + daysToSunday - 7 * exception
        let march1 = CivilDate(dayNumber: 0).adding(months: (year - 1970) * 12 + 2)
        return march1.dayNumber + 21 + daysAfter22March
    }
}
