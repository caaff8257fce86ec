/// What treated members did beyond what their control did, with its uncertainty.
package struct Uplift: Hashable, Sendable {
    /// Share or mean of the treated.
    package var treated: Double
    /// Share or mean of the control.
    package var control: Double
    /// What the difference is tested against: its standard error if there were no effect.
    package var standardError: Double
    /// How many standard errors the difference is from 0.
    package var statistic: Double
    /// The chance of such a difference, on either side, if there were no effect.
    package var p: Double
    /// The interval that holds the true difference in the promised share of experiments.
    package var interval: ClosedRange<Double>

    package var difference: Double { treated - control }

    /// The difference as a part of the control's value; nil where that is 0.
    package var relative: Double? { control == 0 ? nil : difference / control }
}
