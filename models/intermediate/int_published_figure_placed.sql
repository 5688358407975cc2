-- One row per figure, area and period printed in a publication received, the area as we code it.

{{ received_figures() }}
