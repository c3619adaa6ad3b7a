//! Flows of about 2.8 KB, each another: a menu with dials, voicemail and opening hours.

use std::fmt::Write as _;

/// The flow with this number; the same number gives the same flow.
pub(crate) fn flow(index: usize) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n");
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "  <!-- Flow {index}: greeting, opening hours, a menu, voicemail. -->
  <Say>Thank you for calling Example Company number {index}. Your call may be recorded &amp; reviewed.</Say>
  <Schedule dow=\"sat,sun\">
    <Say>We are open on weekdays from nine to five. Please call again.</Say>
    <Hangup/>
  </Schedule>
  <Say lang=\"en-GB\" gender=\"MALE\" type=\"WaveNet\">Please choose one of the following.</Say>
"
    );
    let _ = writeln!(
        text,
        "  <Gather dtmf_length=\"1\" timeout=\"{}\" attempts=\"2\">",
        4000 + index % 7 * 500
    );
    for key in 1..=5 {
        let department =
            ["sales", "support", "billing", "returns", "the operator"][(index + key) % 5];
        let _ = write!(
            text,
            "    <DTMF value=\"{key}\">
      <Say>Connecting you with {department}.</Say>
      <Dial timeout=\"20000\" max_call_duration=\"{}\" tag=\"{department}\">
        <To destination=\"{}{key}@sip{}.example.com\"/>
        <To>1202555{:04}</To>
        <Error>
          <Say>Nobody is free in {department}.</Say>
        </Error>
      </Dial>
    </DTMF>
",
            600_000 + key * 1000,
            &department[..3],
            index % 10,
            (index * 7 + key) % 10_000,
        );
    }
    text.push_str(
        "    <Default><Say>That is not one of the choices. Goodbye.</Say></Default>
    <Error><Say>We did not hear you. Goodbye.</Say></Error>
  </Gather>
  <Record tag=\"voicemail\" asr=\"true\">
    <Tone hz=\"440\" don=\"400\" doff=\"100\"/>
    <Pause length=\"60000\" dtmf_stop=\"#\"/>
  </Record>
  <Hangup/>
</Response>
",
    );
    text
}
