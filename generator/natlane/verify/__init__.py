"""What was generated becomes packets that arrive or die: out/ -> blocks -> Network -> walks -> verdicts."""
